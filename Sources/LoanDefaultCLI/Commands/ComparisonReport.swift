// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanService
internal import ModelValidation

/// What `compare` prints, and writes as JSON.
struct ComparisonReport {
    private let compared: ModelComparison
    private let names: (first: String, second: String)
    private static let nameWidth = 18
    private static let figureWidth = 26

    init(_ compared: ModelComparison, first: String, second: String) {
        self.compared = compared
        names = (first, second)
    }

    var lines: [String] {
        var lines = [
            "first: \(names.first)", "second: \(names.second)",
            "\(compared.rowCount) applications, \(compared.defaultCount) defaults"
                + (compared.unlabeledCount > 0
                    ? "; \(compared.unlabeledCount) rows have no label and are left out" : ""),
            Self.line("", "first", "second"),
        ]
        lines += zip(rows(compared.first), rows(compared.second)).map {
            Self.line($0.name, $0.text, $1.text)
        }
        lines.append(difference)
        return lines + decisions
    }

    private var difference: String {
        guard let area = compared.area else {
            return "the areas cannot be compared: a class has fewer than two rows"
        }
        let interval = area.interval()
        return "AUC of the first less that of the second: \(Self.number(area.difference)) ("
            + "\(Self.number(interval.lower)) to \(Self.number(interval.upper))), p = "
            + String(format: "%.3g", area.pValue)
    }

    private var decisions: [String] {
        let table = DecisionTable(
            title: "decisions",
            counts: compared.decisions,
            nameWidth: Self.nameWidth
        )
        let share = Double(compared.changedCount) / Double(max(1, compared.rowCount))
        return table.lines + [
            "\(compared.changedCount) decisions are others "
                + String(format: "(%.1f %%)", 100 * share)
        ]
    }

    private typealias Row = (name: String, text: String)

    private func rows(_ figures: ValidationFigures) -> [Row] {
        [
            ("AUC", Self.text(figures.area?.value, figures.area?.interval())),
            ("Gini", Self.text(figures.area?.gini, figures.area?.giniInterval())),
            ("KS", Self.text(figures.separation?.value)),
            ("Brier", Self.text(figures.brier.mean.value, figures.brier.mean.interval())),
            ("log loss", Self.text(figures.logLoss.mean.value, figures.logLoss.mean.interval())),
            ("ECE, equal width", Self.text(figures.widthError.expected)),
            ("ECE, equal mass", Self.text(figures.massError.expected)),
        ]
    }

    private static func text(_ value: Double?, _ interval: Interval? = nil) -> String {
        guard let value else { return "-" }
        let ends = interval.map { " (\(number($0.lower))-\(number($0.upper)))" } ?? ""
        return number(value) + ends
    }

    private static func number(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func line(_ name: String, _ first: String, _ second: String) -> String {
        name.padded(to: nameWidth) + first.aligned(in: figureWidth)
            + second.aligned(in: figureWidth)
    }

    // MARK: JSON

    /// The same in JSON, with all digits.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return Array(try encoder.encode(document)) + [UInt8(ascii: "\n")]
    }

    private var document: ComparisonDocument {
        ComparisonDocument(
            rows: compared.rowCount,
            defaults: compared.defaultCount,
            unlabeled: compared.unlabeledCount,
            first: .init(names.first, compared.first),
            second: .init(names.second, compared.second),
            aucDifference: compared.area.map(ComparisonDocument.Difference.init),
            decisions: ComparisonDocument.counts(compared.decisions),
            changedDecisions: compared.changedCount
        )
    }
}
