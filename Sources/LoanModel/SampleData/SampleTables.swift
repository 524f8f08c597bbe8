// SPDX-License-Identifier: Apache-2.0

/// Shares and effects of the categories. Risks are in log-odds.
enum SampleTables {
    struct Home {
        let name: String
        let share: Double
        let medianIncome: Double
        let risk: Double
    }

    struct Intent {
        let name: String
        let share: Double
        let risk: Double
    }

    struct Grade {
        let name: String
        let share: Double
        /// Interest rate in percent.
        let meanRate: Double
        let rateDeviation: Double
        let onFileShare: Double
        let risk: Double
    }

    static let homes = [
        Home(name: "RENT", share: 0.505, medianIncome: 48_000, risk: 1.5),
        Home(name: "MORTGAGE", share: 0.413, medianIncome: 69_000, risk: 0),
        Home(name: "OWN", share: 0.079, medianIncome: 47_000, risk: -1.5),
        Home(name: "OTHER", share: 0.003, medianIncome: 59_000, risk: 1),
    ]

    static let intents = [
        Intent(name: "EDUCATION", share: 0.198, risk: -0.4),
        Intent(name: "MEDICAL", share: 0.186, risk: 0.6),
        Intent(name: "VENTURE", share: 0.176, risk: -0.7),
        Intent(name: "PERSONAL", share: 0.169, risk: -0.1),
        Intent(name: "DEBTCONSOLIDATION", share: 0.16, risk: 0.7),
        Intent(name: "HOMEIMPROVEMENT", share: 0.111, risk: 0.6),
    ]

    static let grades = [
        grade("A", share: 0.331, rate: 7.33, deviation: 1.04, onFile: 0, risk: 0),
        grade("B", share: 0.321, rate: 11.00, deviation: 0.91, onFile: 0, risk: 0.4),
        grade("C", share: 0.198, rate: 13.46, deviation: 0.96, onFile: 0.504, risk: 0.7),
        grade("D", share: 0.111, rate: 15.36, deviation: 1.11, onFile: 0.517, risk: 3.6),
        grade("E", share: 0.0296, rate: 17.01, deviation: 1.32, onFile: 0.482, risk: 3.9),
        grade("F", share: 0.0074, rate: 18.61, deviation: 1.38, onFile: 0.465, risk: 4.2),
        grade("G", share: 0.002, rate: 20.25, deviation: 1.07, onFile: 0.563, risk: 6),
    ]

    private static func grade(
        _ name: String,
        share: Double,
        rate: Double,
        deviation: Double,
        onFile: Double,
        risk: Double
    ) -> Grade {
        Grade(
            name: name,
            share: share,
            meanRate: rate,
            rateDeviation: deviation,
            onFileShare: onFile,
            risk: risk
        )
    }
}
