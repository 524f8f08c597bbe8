// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// The body of `/predict`: which model is to score which applications.
struct PredictInput: Sendable {
    let reference: ModelReference
    /// Whether the answer is to say what the model does not know.
    let wantsWarnings: Bool
    /// Whether the answer is to have points, bands and decisions.
    let wantsDecisions: Bool
    /// What is asked of the reasons; nil where nobody asks.
    let reasons: ReasonRequest?
    /// Whether it is to say with which changes a row would be approved.
    let wantsChanges: Bool
    private let sample: JSONValue
    private let csv: String?

    init(_ body: JSONValue) throws(ServiceError) {
        var reader = try FieldReader(body)
        let sample = reader.raw(.sample)
        if sample == nil { reader.report(.missing(.sample)) }
        reference = ModelReference(&reader)
        csv = reader.optionalText(.csvPayload)
        wantsWarnings = reader.flag(.warnings)
        wantsDecisions = reader.flag(.decisions)
        reasons = reader.reasonRequest()
        wantsChanges = reader.flag(.changes)
        if let sample, case .array = sample {
        } else if sample != nil {
            reader.report(
                FieldProblem(field: .sample, "value is not a valid list", kind: .notList)
            )
        }
        try reader.finish()
        self.sample = sample ?? .null
    }

    /// What the members of a plain body say of the model; nil when it takes more than that to
    /// answer it.
    static func reference(
        of members: [(name: String, value: RecordDocument.Scalar)]
    ) -> ModelReference? {
        var members = members.map { (name: $0.name, value: JSONValue($0.value)) }
        members.append((RequestField.sample.rawValue, .array([])))
        let input = try? PredictInput(.object(JSONObject(members)))
        guard let input, input.csv == nil, !input.wantsWarnings, !input.wantsDecisions,
            !input.wantsChanges, input.reasons == nil
        else { return nil }
        return input.reference
    }

    /// Records of the body, as many as it claims; 0 where they are in a text.
    var recordCount: Int {
        guard case .array(let records) = sample, csv == nil else { return 0 }
        return records.count
    }

    /// The rows as `model` scores them.
    func rows(for model: ServedModel) throws(ServiceError) -> DecodedRows {
        guard let csv else { return try SampleDecoder(features: model.features).rows(sample) }
        do throws(CSVError) {
            return DecodedRows(applications: try model.applications(csv: Array(csv.utf8)))
        } catch {
            throw .invalid(field: .csvPayload, error.description, kind: .table)
        }
    }
}
