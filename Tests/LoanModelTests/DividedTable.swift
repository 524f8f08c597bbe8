// SPDX-License-Identifier: Apache-2.0

import LoanModel

/// A table of customers who apply more than once over three years.
enum DividedTable {
    static let rowCount = 600
    static let customerCount = 150

    static let schema = TableSchema(
        features: [
            Feature("amount", .unchanged, .none),
            Feature("purpose", .category(.oneHot), .none),
            Feature("age", .unchanged, .none),
        ],
        label: "outcome",
        labelValues: .classes(positive: "bad", negative: "good"),
        leavesOutUnlabeled: true,
        labelPosition: 3
    )

    /// What is read in addition: age is a feature as well.
    static let marks: MarkedColumns = {
        var marks = MarkedColumns()
        marks.time = "applied_on"
        marks.group = "customer"
        marks.protected = ["sex", "age"]
        return marks
    }()

    /// The customer of a row: some have many rows.
    static func customer(_ row: Int) -> Int { (row * row + 7 * row) % customerCount }
    /// Months since January 2022.
    static func month(_ row: Int) -> Int { (row * 13) % 36 }
    static func date(_ row: Int) -> String {
        let month = month(row)
        let name = month % 12 + 1
        return "\(2022 + month / 12)-\(name < 10 ? "0" : "")\(name)-05"
    }
    static func sex(_ row: Int) -> String { ["female", "male", ""][row % 3] }
    static func age(_ row: Int) -> String { row % 41 == 0 ? "NA" : "\(20 + row % 50)" }
    /// No two rows are equal, but for one in ten and the one after it.
    static func amount(_ row: Int) -> Int { 1_000 + (row % 10 == 9 ? row - 1 : row) }

    /// The table; rows without a label are among it.
    static func csv(
        unlabeledEvery: Int? = nil,
        time: (Int) -> String = date
    ) -> [UInt8] {
        var lines = ["customer,sex,amount,purpose,applied_on,age,outcome"]
        for row in 0..<rowCount {
            let isUnlabeled = unlabeledEvery.map { row % $0 == 3 } ?? false
            let pair = row % 10 == 9 ? row - 1 : row
            let fields = [
                "C-\(customer(row))", sex(row), "\(amount(row))", "purpose \(pair % 4)", time(row),
                age(pair), isUnlabeled ? "" : (row * 7) % 10 < 3 ? "bad" : "good",
            ]
            lines.append(fields.joined(separator: ","))
        }
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    static func table(
        _ csv: [UInt8] = csv(),
        marks: MarkedColumns = marks
    ) throws(CSVError) -> Table {
        var reader = CSVReader(schema: schema, labels: .required, marks: marks)
        try reader.append(csv.span)
        return try reader.finish()
    }
}
