// SPDX-License-Identifier: Apache-2.0

/// Generated loan applications with the columns, categories, missing rates and relations of the
/// public credit-risk data, so that everything can be tried without that file.
///
/// Row `i` of a seed is the same whatever the number of rows, so any range can be made alone.
package struct SampleApplications: Sendable {
    /// Number of applications.
    package let rowCount: Int
    private let randomness: [CounterRandom]

    /// - Parameters:
    ///   - rowCount: applications, not negative.
    ///   - seed: the same seed gives the same applications.
    package init(rowCount: Int, seed: UInt64) {
        precondition(rowCount >= 0, "a count is not negative")
        self.rowCount = rowCount
        randomness = Draw.allCases.map { draw in
            CounterRandom(seed: seed, stream: RandomStream.sample(draw.rawValue))
        }
    }

    /// The line of column names, as in the real file.
    package static let header =
        LoanSchema.creditRisk.columnNames.joined(separator: ",") + "\n"

    /// Lines of comma-separated text for a range of rows, in UTF-8.
    package func csv(rows: Range<Int>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(rows.count * 64)
        for row in rows {
            text.append(contentsOf: application(row).line.utf8)
        }
        return text
    }

    /// The application of a row, counted from 0.
    package func application(_ row: Int) -> SampleApplication {
        let age = 20 + Int((exponential(.age, row) * 7.7).rounded(.down)) % 60
        let income = (normal(.income, row) * 0.52 + 10.92 + Double(age - 20) * 0.004).exponential
        let ownership = Self.ownership(uniform(.ownership, row), income: income)
        let years = exponential(.employment, row) * 4.8
        let employment = Double(min(Int(years), max(0, age - 16)))
        let grade = Self.index(uniform(.grade, row), in: Self.gradeShares)
        let rate = Self.gradeRates[grade] + normal(.rate, row) * 0.95
        let wish = (normal(.amount, row) * 0.62 + 8.97 + 0.12 * (income / 55_000).logarithm)
        let amount = min(max((wish.exponential / 25).rounded() * 25, 500), 35_000)
        let hasDefaulted = grade >= 2 && uniform(.defaultOnFile, row) < 0.5
        let history = min(2 + Int(exponential(.history, row) * Double(age - 19) * 0.55), 30)
        let wholeIncome = max(4_000, income.rounded())
        var application = SampleApplication(
            age: age,
            income: Int(wholeIncome),
            ownership: ownership,
            employmentYears: uniform(.missingEmployment, row) < 0.0275 ? nil : employment,
            intent: Self.index(uniform(.intent, row), in: Self.intentShares),
            grade: grade,
            amount: Int(amount),
            ratePercent: uniform(.missingRate, row) < 0.0956 ? nil : max(5.42, rate),
            share: min((amount / wholeIncome * 100).rounded() / 100, 0.83),
            hasDefaulted: hasDefaulted,
            historyYears: history,
            isDefault: false
        )
        application.isDefault = uniform(.outcome, row) < application.defaultProbability
        return application
    }

    // MARK: Draws

    private enum Draw: Int, CaseIterable {
        case age
        case income, ownership, employment, grade, rate, amount, defaultOnFile, history
        case missingEmployment, intent, missingRate, outcome
    }

    private func random(_ draw: Draw) -> CounterRandom {
        randomness[draw.rawValue]
    }

    private func uniform(_ draw: Draw, _ row: Int) -> Double { random(draw).uniform(at: row) }

    private func normal(_ draw: Draw, _ row: Int) -> Double { random(draw).normal(at: row) }

    /// Mean 1.
    private func exponential(_ draw: Draw, _ row: Int) -> Double {
        -(1 - uniform(draw, row)).logarithm
    }

    // MARK: Marginals of the real data

    private static let gradeShares = [0.331, 0.321, 0.198, 0.111, 0.030, 0.007, 0.002]
    private static let gradeRates = [7.33, 11.0, 13.46, 15.36, 17.01, 18.61, 20.25]
    private static let intentShares = [0.160, 0.198, 0.111, 0.186, 0.170, 0.175]

    /// Owners and payers of mortgages earn more.
    private static func ownership(_ draw: Double, income: Double) -> Int {
        let mortgage = min(max(0.41 + 0.22 * (income / 55_000).logarithm, 0.05), 0.9)
        let shares = [mortgage, 0.003, 0.079]
        return index(draw, in: shares + [max(0, 1 - shares.reduce(0, +))])
    }

    private static func index(_ draw: Double, in shares: [Double]) -> Int {
        var bound = 0.0
        for (index, share) in shares.enumerated() {
            bound += share
            if draw < bound { return index }
        }
        return shares.count - 1
    }
}
