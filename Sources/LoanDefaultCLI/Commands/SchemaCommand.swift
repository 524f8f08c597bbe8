// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanService
internal import LoanTraining

/// `loan-default schema`.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Learn from all rows of a table what its columns are.",
        discussion: """
            Prints a schema as JSON, which data takes with --schema, and on standard error a
            line for each column: what it was taken for and why, and what to look at.

            Examples:
              loan-default schema german_credit.csv --label creditability=bad > schema.json
              loan-default schema loans.csv --label outcome=bad --time applied_on --protected sex
              loan-default schema s3://loan-default/data/cards.csv --label default=Yes
            """
    )

    @Argument(help: "The CSV (also as .gz or .zst), s3://BUCKET/KEY, or - for standard input.")
    var file: String

    @Option(
        help: """
            The label: COLUMN, or COLUMN=VALUE where VALUE stands for a default.
            """
    )
    var label: String

    @Flag(help: "Numbers have a decimal comma; another separator is between the fields.")
    var decimalComma = false

    @OptionGroup var columns: MarkedColumnOptions

    func run() throws {
        let choice = try TableOptions.choice(label)
        let threadCount = ThreadBudget.available()
        let table = ParallelTable(
            SchemaSurvey(dialect: CSVDialect(hasDecimalComma: decimalComma)),
            threadCount: threadCount
        )
        let inferred: InferredSchema
        do {
            try InputFile(file).forEachPiece { try table.append($0) }
            try table.drain()
            inferred = try table.withTable { (survey) throws in
                try survey.finish()
                return try survey.schema(
                    label: choice,
                    marks: columns.columns,
                    threadCount: threadCount
                )
            }
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as CSVError {
            throw CommandFailure.failed("\(file): \(error)")
        } catch let error as SchemaInferenceError {
            throw CommandFailure.failed("\(file): \(error)")
        }
        Self.report(inferred)
        print(SchemaDocument.text(inferred.schema), terminator: "")
    }

    /// A line for each column, then what to look at.
    private static func report(_ inferred: InferredSchema) {
        let width = min(40, inferred.findings.map(\.name.count).max() ?? 0)
        Terminal.error("\(inferred.rowCount) rows, \(inferred.findings.count) columns")
        for finding in inferred.findings {
            let name = finding.name.padded(to: width)
            Terminal.error("  \(name)  \(finding.word.padded(to: 18))  \(finding.reason)")
        }
        Terminal.warn(inferred.warnings)
    }
}
