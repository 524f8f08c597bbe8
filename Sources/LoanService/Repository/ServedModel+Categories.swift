// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Refusing rows whose categories the model does not know, where the operator asks for it.
extension ServedModel {
    /// - Parameter path: where the rows lie in the request.
    /// - Throws: `.invalid` naming the row, counted from 0, and the feature, never its value.
    package func checkCategories(
        of applications: CodedApplications,
        at path: [LocationStep] = []
    ) throws(ServiceError) {
        guard refusesUnknownCategories, let found = firstUnknown(in: applications) else { return }
        throw Self.unknownCategory(found.feature, found.row, path)
    }

    /// The same for the matrices that `score` takes.
    package func checkCategories(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        at path: [LocationStep] = []
    ) throws(ServiceError) {
        guard refusesUnknownCategories,
            let found = firstUnknown(numbers: numbers, codes: codes, rowCount: rowCount)
        else { return }
        throw Self.unknownCategory(found.feature, found.row, path)
    }

    private static func unknownCategory(
        _ feature: String,
        _ row: Int,
        _ path: [LocationStep]
    ) -> ServiceError {
        .invalid([
            FieldProblem(
                location: path + [.index(row), .name(feature)],
                message: "is a category that the model does not know, which this server refuses",
                kind: .notAChoice
            )
        ])
    }
}
