// SPDX-License-Identifier: Apache-2.0

import LoanModel

/// A table that nobody here has seen: every kind of column, and what else banks put into one.
enum AnyTable {
    /// Rows of the table.
    static let rowCount = 400

    /// Text with semicolons between fields, and the label last.
    static let csv: String = {
        let purposes = ["\"car; new\"", "\"say \"\"radio\"\"\"", "education", ""]
        let grades = ["low", "middle", "high"]
        var lines = [
            "application_id;amount;term;rate;purpose;grade;branch;employed;issued_on;currency;"
                + "answer;outcome"
        ]
        for row in 0..<rowCount {
            let mixed = (row &* 7_919) % 1_000
            let isBad = mixed % 10 < 3 + (row % 3)
            let fields = [
                "\(10_000_001 + row)", mixed % 17 == 0 ? "" : "\(mixed).25",
                "\(6 * (mixed % 5 + 1))",
                mixed % 11 == 0 ? "NA" : "\(Double(mixed - 500) / 64)", purposes[mixed % 4],
                grades[mixed % 3], "branch \(mixed % 80)", ["yes", "no", ""][mixed % 3],
                "20\(10 + mixed % 10)-0\(1 + mixed % 9)-1\(mixed % 10)", "EUR",
                isBad ? "9.5" : "1.5", isBad ? "bad" : mixed % 97 == 0 ? "" : "good",
            ]
            lines.append(fields.joined(separator: ";"))
        }
        return lines.joined(separator: "\n") + "\n"
    }()

    /// What the table shows of itself.
    static func inferred(
        _ csv: String = csv,
        label: LabelChoice = LabelChoice(column: "outcome", positive: "bad")
    ) throws -> InferredSchema {
        var survey = SchemaSurvey()
        let bytes = Array(csv.utf8)
        // In pieces that no record fits.
        for start in stride(from: 0, to: bytes.count, by: 997) {
            try survey.append(bytes[start..<min(start + 997, bytes.count)].span)
        }
        try survey.finish()
        return try survey.schema(label: label)
    }

    /// A schema with every kind, rule and encoding.
    static let schema = TableSchema(
        features: [
            Feature("amount", .number(missing: .median, transform: .yeoJohnson), .none),
            Feature("term", .number(missing: .left, transform: .standardize), .none),
            Feature("rate", .number(missing: .mean, transform: .none), .none),
            Feature(
                "rate_again",
                .number(missing: .constant(-3.5), transform: .standardize),
                .none
            ),
            Feature("purpose", .oneHot, .none),
            Feature("grade", .category(.ordinal(order: ["low", "middle", "high"])), .none),
            Feature("branch", .oneHot, .none),
            Feature("region", .category(.native), .none),
            Feature("employed", .boolean(missing: .left), .none),
            Feature("owner", .boolean(missing: .constant(0)), .none),
            Feature("issued_on", .date(parts: [.days, .year, .month, .weekday]), .none),
        ],
        label: "outcome",
        labelValues: .classes(positive: "bad", negative: "good"),
        leavesOutUnlabeled: true,
        labelPosition: 11
    )

    /// A table of that schema, with commas.
    static let schemaCSV: String = {
        var lines = [schema.columnNames.joined(separator: ",")]
        for row in 0..<rowCount {
            let mixed = (row &* 7_919) % 1_000
            let fields = [
                mixed % 17 == 0 ? "" : "\(mixed).25", "\(6 * (mixed % 5 + 1))",
                mixed % 11 == 0 ? "NA" : "\(Double(mixed - 500) / 64)",
                mixed % 7 == 0 ? "" : "\(mixed % 13)",
                ["\"car, new\"", "\"say \"\"radio\"\"\"", "education", ""][mixed % 4],
                ["low", "middle", "high", ""][mixed % 4], "branch \(mixed % 80)",
                mixed % 23 == 0 ? "" : "region \(mixed % 9)", ["yes", "NO", ""][mixed % 3],
                ["1", "0", "null"][mixed % 3],
                mixed % 29 == 0 ? "" : "20\(10 + mixed % 10)-0\(1 + mixed % 9)-1\(mixed % 10)",
                mixed % 10 < 3 ? "bad" : "good",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return lines.joined(separator: "\n") + "\n"
    }()
}
