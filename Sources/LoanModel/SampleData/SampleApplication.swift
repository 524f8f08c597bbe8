// SPDX-License-Identifier: Apache-2.0

import Glibc

/// One generated application.
struct SampleApplication {
    private let age: Int
    private let income: Int
    private let home: SampleTables.Home
    private let employmentYears: Int?
    private let intent: SampleTables.Intent
    private let grade: SampleTables.Grade
    private let amount: Int
    private let rate: Double
    private let isRateKnown: Bool
    private let percentIncome: Double
    private let isDefaultOnFile: Bool
    private let historyYears: Int
    private let isDefault: Bool

    init(_ draw: SampleDraw) {
        age = min(94, 20 + Int(exp(1.78 + 0.76 * draw.normal(.age))))
        home = SampleTables.homes[draw.index(.home, shares: SampleTables.homes.map(\.share))]
        let wealth = 0.5 * draw.normal(.income) + 0.006 * Double(age - 27)
        income = min(max(Int(home.medianIncome * exp(wealth)), 4_000), 6_000_000)
        let years = min(Int(-6 * log(draw.uniform(.employment))), age - 16)
        employmentYears = draw.uniform(.employmentMissing) < 0.027 ? nil : years
        intent =
            SampleTables.intents[draw.index(.intent, shares: SampleTables.intents.map(\.share))]
        grade = SampleTables.grades[draw.index(.grade, shares: SampleTables.grades.map(\.share))]
        let wish = 8_000 * exp(0.6 * log(Double(income) / 55_000) + 0.58 * draw.normal(.amount))
        amount = min(max(Int(wish / 25) * 25, 500), 35_000)
        let exactRate = grade.meanRate + grade.rateDeviation * draw.normal(.rate)
        rate = (min(max(exactRate, 5.42), 23.22) * 100).rounded() / 100
        isRateKnown = draw.uniform(.rateMissing) >= 0.096
        percentIncome = min((Double(amount) / Double(income) * 100).rounded() / 100, 0.83)
        isDefaultOnFile = draw.uniform(.onFile) < grade.onFileShare
        historyYears = min(2 + Int(Double(age - 20) * (0.25 + 0.6 * draw.uniform(.history))), 30)
        let burden = 11 * (percentIncome - 0.17) + (percentIncome > 0.3 ? 2.2 : 0)
        let risk = burden + grade.risk + home.risk + intent.risk
        let detail =
            0.2 * (rate - grade.meanRate) + (isDefaultOnFile ? 0.2 : 0)
            - 0.03 * Double(historyYears) - 0.02 * Double(years)
        isDefault = draw.uniform(.outcome) < 1 / (1 + exp(3.85 - risk - detail))
    }

    /// Writes the application in the column order and the notation of the public file.
    func append(to writer: inout CSVWriter) {
        writer.append(age)
        writer.append(income)
        writer.append(home.name)
        writer.append(employmentYears.map(Float.init) ?? .nan)
        writer.append(intent.name)
        writer.append(grade.name)
        writer.append(amount)
        writer.append(isRateKnown ? Float(rate) : .nan)
        writer.append(isDefault ? 1 : 0)
        writer.append(Float(percentIncome))
        writer.append(isDefaultOnFile ? "Y" : "N")
        writer.append(historyYears)
        writer.endRow()
    }
}
