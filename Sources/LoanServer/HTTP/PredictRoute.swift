// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import LoanService

/// `POST /predict`: scores applications. Wire and model meet here for HTTP.
package struct PredictRoute {
    let service: LoanService

    /// - Returns: the answer as JSON text.
    func respond(_ body: JSONValue) async throws(ServiceError) -> [UInt8] {
        var reader = try FieldReader(body)
        let sample = reader.raw(.sample)
        if sample == nil { reader.report(.missing(.sample)) }
        let reference = ModelReference(&reader)
        let csv = reader.optionalText(.csvPayload)
        if let sample, case .array = sample {
        } else if sample != nil {
            reader.report(
                FieldProblem(.sample, "value is not a valid list", kind: "type_error.list")
            )
        }
        try reader.finish()
        let model = try await service.model(reference)
        let applications =
            if let csv {
                try model.applications(csv: csv)
            } else {
                try SampleDecoder(features: model.features).decode(sample ?? .null)
            }
        return Self.answer(model.probabilities(of: applications))
    }

    /// Scores the records of a JSON text: a list of records, or a body of `/predict`.
    package static func answer(json bytes: [UInt8], model: ServedModel) throws -> [UInt8] {
        let body = try JSONParser.parse(bytes, allowsNaN: true)
        let sample = body.object?[RequestField.sample.rawValue] ?? body
        let applications = try SampleDecoder(features: model.features).decode(sample)
        return answer(model.probabilities(of: applications))
    }

    /// `{"msg": ..., "Prediction Output": [["True", 0.976], ["False", 0.0957]]}`.
    static func answer(_ probabilities: [Float]) -> [UInt8] {
        var writer = JSONWriter()
        writer.raw(#"{"msg":"Model Inference Complete","Prediction Output":"#)
        writer.list(probabilities, open: "[", close: "]") { writer, probability in
            writer.raw(probability > 0.5 ? #"["True","# : #"["False","#)
            writer.number(probability)
            writer.raw("]")
        }
        writer.raw("}")
        return writer.bytes
    }
}
