// SPDX-License-Identifier: Apache-2.0

extension ColumnFinding {
    /// Rows from which on columns whose values all differ are taken for identifiers.
    private static let identifierRowsMin = 20

    /// Takes a column that is not the label for what its cells are.
    /// - Parameter rowCount: rows of the table.
    init(_ survey: ColumnSurvey, rowCount: Int) {
        if survey.name.isEmpty {
            self.init(survey, .ignored, "it has no name")
        } else if survey.knownCount == 0 {
            self.init(survey, .ignored, "all cells are missing")
        } else if survey.foreignCount > 0 {
            self.init(
                survey,
                .ignored,
                "\(survey.foreignCount) cells are not UTF-8",
                "the cells are not UTF-8; save the table as UTF-8 to use the column"
            )
        } else if survey.textCount == 0 {
            self = Self.numbers(survey)
        } else {
            self = Self.texts(survey)
        }
    }

    private init(
        _ survey: ColumnSurvey,
        _ use: Use,
        _ reason: String,
        _ warning: String? = nil
    ) {
        self.init(
            name: survey.name,
            use: use,
            reason: reason + (survey.missingCount > 0 ? ", \(survey.missingCount) missing" : ""),
            warning: warning
        )
    }

    private static func numbers(_ survey: ColumnSurvey) -> ColumnFinding {
        let count = survey.numberCount
        if survey.missingCount == 0, survey.numbers.count == 1, !survey.hasManyNumbers {
            return Self(survey, .ignored, "all cells are equal", "it is constant")
        }
        guard survey.wholeCount == count else {
            return Self(survey, .feature(.unchanged), "numbers")
        }
        if count >= identifierRowsMin, survey.isRising {
            return Self(
                survey,
                .ignored,
                "whole numbers, each greater than the one before",
                "it looks like an identifier and is not used"
            )
        }
        if count >= identifierRowsMin, survey.compactDateCount == count {
            return Self(survey, .feature(date), "dates as YYYYMMDD")
        }
        guard !survey.hasManyNumbers, survey.numbers.count > 2 else {
            return Self(survey, .feature(.unchanged), "whole numbers")
        }
        return Self(
            survey,
            .feature(.unchanged),
            "\(survey.numbers.count) whole numbers; make it a category if they are codes"
        )
    }

    private static func texts(_ survey: ColumnSurvey) -> ColumnFinding {
        let count = survey.knownCount
        let different =
            survey.distinctTextCount + survey.overflowCount
            + (survey.hasManyNumbers ? DistinctNumbers.countMax + 1 : survey.numbers.count)
        if survey.booleanCount == count {
            return different == 1 && survey.missingCount == 0
                ? Self(survey, .ignored, "all cells are equal", "it is constant")
                : Self(survey, .feature(.boolean(missing: .left)), "words for true and false")
        }
        if survey.dateCount == count { return Self(survey, .feature(date), "dates") }
        if survey.dressedNumberCount > 0, survey.dressedNumberCount + survey.numberCount == count {
            return Self(
                survey,
                .ignored,
                "numbers stored as text",
                "its numbers have signs of currency, percent or thousands; take them out, or read "
                    + "the table with a decimal comma"
            )
        }
        if survey.longCount > 0 {
            return Self(
                survey,
                .ignored,
                "texts of more than \(TableLimits.categoryBytesMax) bytes",
                "it holds free text, which is not used"
            )
        }
        if different == 1, survey.missingCount == 0 {
            return Self(survey, .ignored, "all cells are equal", "it is constant")
        }
        return category(survey, different: different)
    }

    private static func category(_ survey: ColumnSurvey, different: Int) -> ColumnFinding {
        let count = survey.knownCount
        if count >= identifierRowsMin, survey.numberCount == 0, different == count {
            return Self(
                survey,
                .ignored,
                "texts that all differ",
                "it looks like an identifier and is not used"
            )
        }
        if survey.overflowCount > 0 {
            return Self(
                survey,
                .ignored,
                "more than \(survey.texts.count) different texts",
                "it has too many categories to learn from and is not used"
            )
        }
        var warning: String?
        if 2 * survey.numberCount > count {
            warning =
                "\(survey.numberCount) of \(count) cells are numbers, others texts such as "
                + "'\(survey.texts[0])'; mend those or name them missing to use it as a number"
        } else if different > 1_000 {
            warning =
                "it has \(different) categories, of which few can occur often; 'rare_below' "
                + "gathers the others in one"
        }
        let isFew = different <= TableLimits.codedCategoriesMax
        return Self(
            survey,
            .feature(.category(isFew ? .oneHot : .native)),
            "\(different) different texts",
            warning
        )
    }

    /// What a date becomes: days for its order, the rest for its season.
    private static let date = Feature.Preparation.date(parts: [.days, .month, .weekday])
}
