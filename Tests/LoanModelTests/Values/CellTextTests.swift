// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import Testing

/// Texts of requests as cells.
@Suite struct CellTextTests {
    private static func cells(_ kind: Feature.Kind, _ categories: [String] = []) -> CellText {
        CellText(kind: kind, carrier: .number, vocabulary: CategoryVocabulary(categories))
    }

    @Test(arguments: [
        ("2024-02-29", 19_782), ("1970-01-01", 0), ("1969-12-31", -1), ("20240229", 19_782),
        ("2024/02/29", 19_782), ("29.02.2024", 19_782), (" 2024-02-29T23:59:59Z ", 19_782),
        ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ])
    func datesAreDaysSince1970(text: String, days: Int) throws {
        #expect(try Self.cells(.date).cell(of: text) == .number(Float(days)))
        #expect(CalendarDate(days: days).days == days)
        #expect(DateText.read(CalendarDate(days: days).text) == .days(days))
    }

    @Test(arguments: ["2023-02-29", "2024-13-01", "29/02/2024", "02-29-2024", "2024-02-29T25:00"])
    func otherTextsAreNoDates(text: String) {
        #expect(throws: CellText.Failure.notADate) { try Self.cells(.date).cell(of: text) }
    }

    @Test func everyDayOfFourCenturiesComesBack() {
        for days in stride(from: -200_000, to: 200_000, by: 37) {
            #expect(CalendarDate(days: days).days == days)
        }
    }

    @Test(arguments: [("TRUE", 1), ("no", 0), (" y ", 1), ("0", 0), ("1.0", 1)])
    func booleansHaveTheirWords(text: String, value: Int) throws {
        #expect(try Self.cells(.boolean).cell(of: text) == .number(Float(value)))
    }

    @Test(arguments: ["2", "maybe", "yess"]) func otherTextsAreNoBooleans(text: String) {
        #expect(throws: CellText.Failure.notABoolean) { try Self.cells(.boolean).cell(of: text) }
    }

    @Test func aCodeOfAByteHasAsManyCategoriesAsTheCoreTakes() {
        #expect(TableLimits.codedCategoriesMax == RawInputs.CategoryColumn.codesMax)
        let feature = Feature("x", .oneHot, .none)
        #expect(feature.carrier(categoryCount: TableLimits.codedCategoriesMax) == .code)
        #expect(feature.carrier(categoryCount: TableLimits.codedCategoriesMax + 1) == .number)
    }
}
