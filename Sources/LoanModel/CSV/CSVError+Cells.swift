// SPDX-License-Identifier: Apache-2.0

// Why a cell cannot be put at the end of its column, as an error of the table.

extension CSVError {
    init(
        _ failure: CategoryVocabulary.Failure,
        _ position: CSVPosition,
        _ feature: Feature
    ) {
        self =
            switch failure {
            case .tooLong:
                .textTooLong(
                    position,
                    column: feature.name,
                    limit: CategoryVocabulary.textBytesMax
                )
            case .nul: .nul(position)
            case .invalidUTF8: .invalidUTF8(position, column: feature.name)
            }
    }

    init(
        _ failure: CategoryBuilder.Failure,
        _ position: CSVPosition,
        _ feature: Feature
    ) {
        self.init(failure, position, column: feature.name, countMax: feature.categoriesMax)
    }

    private init(
        _ failure: CategoryBuilder.Failure,
        _ position: CSVPosition,
        column: String,
        countMax: Int
    ) {
        self =
            switch failure {
            case .tooLong: .categoryTooLong(position, column: column)
            case .tooMany: .tooManyCategories(position, column: column, limit: countMax)
            case .invalidUTF8: .invalidUTF8(position, column: column)
            }
    }

    init(
        _ failure: RowMarkCells.Failure,
        _ position: CSVPosition,
        column: String
    ) {
        switch failure {
        case .time: self = .time(position, column: column)
        case .group: self = .group(position, column: column)
        case .category(let failure):
            let countMax = TableLimits.categoryCountMax
            self.init(failure, position, column: column, countMax: countMax)
        }
    }
}
