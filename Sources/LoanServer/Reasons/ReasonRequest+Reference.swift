// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

extension ReasonRequest {
    /// The row whose margin contributions start from; nil for the mean over the training.
    /// - Throws: `.invalid` for a record that is none of the model's.
    func reference(_ model: ServedModel) throws(ServiceError) -> ScoringRows? {
        guard let baseline else { return nil }
        let place: [LocationStep] = [.name(RequestField.reasons.rawValue), .name("baseline")]
        let rows: CodedApplications
        do throws(ServiceError) {
            rows = try SampleDecoder(features: model.features).decode(.array([.object(baseline)]))
        } catch {
            guard case .invalid(let problems) = error else { throw error }
            // A sample's problems are at its rows; this one has the only row.
            throw .invalid(
                problems.map { problem in
                    FieldProblem(
                        location: place + problem.location.dropFirst(2),
                        message: problem.message,
                        kind: problem.kind
                    )
                }
            )
        }
        try model.checkCategories(of: rows, at: place)
        return ScoringRows(rows)
    }
}
