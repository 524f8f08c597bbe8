// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import ModelValidation

/// How the rows of a table are divided.
struct SplitOptions: ParsableArguments {
    @Option(
        help: """
            What stays together: rows (those that are equal), group or time (the latest rows are \
            tested with).
            """
    )
    var split: String?

    @Option(help: "Share of the rows to test with (default: 0.25).")
    var testShare: Double?

    @Option(help: "Share of the rows to calibrate with (default: 0).")
    var calibrationShare: Double?

    @Option(help: "Share of the rows to stop a training by (default: 0).")
    var stoppingShare: Double?

    /// How rows are divided; nil where no option says it.
    func division() throws -> RowDivision? {
        guard split != nil || testShare != nil || calibrationShare != nil || stoppingShare != nil
        else { return nil }
        guard let rule = RowDivision.Rule(rawValue: split ?? "rows") else {
            throw CommandFailure.usage("--split: '\(split ?? "")' is none of rows, group and time")
        }
        do throws(SplitError) {
            let shares = try SplitShares(
                stopping: stoppingShare ?? 0,
                calibration: calibrationShare ?? 0,
                test: testShare ?? SplitShares.quarter.test
            )
            return RowDivision(rule, shares)
        } catch {
            throw CommandFailure.usage("--test-share: \(error)")
        }
    }
}

/// The columns that say more of rows than their features do.
struct MarkedColumnOptions: ParsableArguments {
    @Option(help: "The column of when an application was made: dates or numbers.")
    var time: String?

    @Option(help: "The column of which applications belong together, such as a customer's.")
    var group: String?

    @Option(
        parsing: .singleValue,
        help: """
            A column that decisions must not depend on; it is no feature of a table that shows its \
            schema. May be repeated.
            """
    )
    var protected: [String] = []

    /// The columns.
    var columns: MarkedColumns {
        var columns = MarkedColumns()
        columns.time = time
        columns.group = group
        columns.protected = protected
        return columns
    }
}
