// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import LoanService

/// `POST /predict`: scores applications. Wire and model meet here for HTTP.
package struct PredictRoute {
    let service: LoanService

    /// Answers at once with a model in memory, later where it must be loaded.
    func respond(to call: HTTPCall) -> HTTPReply {
        do throws(ErrorResponse) {
            let body = try call.json(allowsNaN: true)
            let input = try Self.input(body)
            if let model = service.modelInMemory(input.reference) {
                return .now(Self.answer(input, model))
            }
            return .later { [service] in
                do throws(ServiceError) {
                    return Self.answer(input, try await service.model(input.reference))
                } catch {
                    return .refusal(ErrorResponse(error))
                }
            }
        } catch {
            return .now(.refusal(error))
        }
    }

    private static func input(_ body: JSONValue) throws(ErrorResponse) -> PredictInput {
        do {
            return try PredictInput(body)
        } catch {
            throw ErrorResponse(error)
        }
    }

    private static func answer(_ input: PredictInput, _ model: ServedModel) -> HTTPAnswer {
        let start = ContinuousClock.now
        do throws(ServiceError) {
            let probabilities = model.probabilities(of: try input.rows(for: model))
            model.metrics.answered(calls: 1, queued: .zero, elapsed: .now - start)
            return .json(200, bytes: answer(probabilities))
        } catch {
            model.metrics.refused(calls: 1)
            return .refusal(ErrorResponse(error))
        }
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

/// The body of `/predict`: which model, and what it is to score.
struct PredictInput: Sendable {
    let reference: ModelReference
    private let sample: JSONValue
    private let csv: String?

    init(_ body: JSONValue) throws(ServiceError) {
        var reader = try FieldReader(body)
        let sample = reader.raw(.sample)
        if sample == nil { reader.report(.missing(.sample)) }
        reference = ModelReference(&reader)
        csv = reader.optionalText(.csvPayload)
        if let sample, case .array = sample {
        } else if sample != nil {
            reader.report(
                FieldProblem(.sample, "value is not a valid list", kind: "type_error.list")
            )
        }
        try reader.finish()
        self.sample = sample ?? .null
    }

    /// The rows as `model` scores them.
    func rows(for model: ServedModel) throws(ServiceError) -> ApplicationColumns {
        if let csv { return try model.applications(csv: csv) }
        return try SampleDecoder(features: model.features).decode(sample)
    }
}
