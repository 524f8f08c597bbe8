// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// Rows as a model reads them, and what the records had in addition.
struct DecodedRows {
    let applications: CodedApplications
    /// The first names that are no feature's, each once, in order.
    var unknownNames: [String] = []
    /// Values under such names.
    var unknownCount = 0

    /// What the model does not know of the rows: whole sentences, those on columns first.
    func warnings(_ model: ServedModel) -> [String] {
        var warnings: [String] = []
        if !unknownNames.isEmpty {
            let names = unknownNames.map { "'\($0)'" }.joined(separator: ", ")
            let columns = unknownNames.count == 1 ? "column" : "columns"
            let values = unknownCount == 1 ? "value was" : "values were"
            warnings.append(
                "The model has no \(columns) \(names): \(unknownCount) \(values) passed over."
            )
        }
        for (feature, column) in zip(model.features, applications.columns) {
            let count = column.unknownCount
            guard count > 0 else { continue }
            warnings.append(
                "\(feature.name.excerpt): \(count) \(count == 1 ? "row has" : "rows have") "
                    + "a category that the model does not know."
            )
        }
        return warnings
    }
}

extension CodedApplications.Column {
    /// Rows whose category is given and unknown.
    fileprivate var unknownCount: Int {
        switch self {
        case .numbers(let values): values.count { CategoryVocabulary.isUnknown($0) }
        case .codes(let codes): codes.count { $0 == CategoryVocabulary.unknown }
        }
    }
}
