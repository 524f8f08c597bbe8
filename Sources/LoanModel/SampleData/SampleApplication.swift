// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#endif

/// One generated application and its outcome.
package struct SampleApplication: Equatable, Sendable {
    package let age: Int
    /// Per year.
    package let income: Int
    /// Index into `ownerships`.
    package let ownership: Int
    package let employmentYears: Double?
    /// Index into `intents`.
    package let intent: Int
    /// Index into `grades`.
    package let grade: Int
    package let amount: Int
    package let ratePercent: Double?
    /// Amount as a share of the income, to two digits.
    package let share: Double
    package let hasDefaulted: Bool
    package let historyYears: Int
    package var isDefault: Bool

    package static let ownerships = ["MORTGAGE", "OTHER", "OWN", "RENT"]
    package static let intents = [
        "DEBTCONSOLIDATION", "EDUCATION", "HOMEIMPROVEMENT", "MEDICAL", "PERSONAL", "VENTURE",
    ]
    package static let grades = ["A", "B", "C", "D", "E", "F", "G"]

    /// The probability of default that the outcome is drawn with: a logistic model with the
    /// relations that the real data show.
    var defaultProbability: Double {
        var margin = -3.95
        // Loans above three tenths of the income fail, most of all for tenants.
        margin += 9.5 * max(0, share - 0.12)
        if share > 0.305 { margin += Self.ownerships[ownership] == "RENT" ? 4.2 : 1.4 }
        margin += [0, 0.35, 0.75, 4.3, 4.5, 4.8, 6.0][grade]
        margin += [-0.25, 0.2, -2.6, 1.25][ownership]
        margin += [0.7, -0.35, 0.75, 0.45, -0.15, -0.9][intent]
        margin -= 0.55 * (Double(income) / 55_000).logarithm
        margin -= 0.03 * (employmentYears ?? 0)
        if Self.grades[grade] == "C", Self.ownerships[ownership] == "OWN" { margin -= 1 }
        return 1 / (1 + (-margin).exponential)
    }

    /// The application as a line of the CSV file.
    var line: String {
        let employment = employmentYears.map { "\($0)" } ?? ""
        let rate = ratePercent.map { Self.twoDigits($0) } ?? ""
        return "\(age),\(income),\(Self.ownerships[ownership]),\(employment),"
            + "\(Self.intents[intent]),\(Self.grades[grade]),\(amount),\(rate),"
            + "\(isDefault ? 1 : 0),\(Self.twoDigits(share)),\(hasDefaulted ? "Y" : "N"),"
            + "\(historyYears)\n"
    }

    private static func twoDigits(_ value: Double) -> String {
        "\((value * 100).rounded() / 100)"
    }
}

extension Double {
    var logarithm: Double { log(self) }
    var exponential: Double { exp(self) }
}
