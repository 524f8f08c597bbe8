// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanService

/// `loan-default compare`.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Compare two models, or two generations of one, by outcomes.",
        usage: "loan-default compare [<options>] <first> <second> --input <input>",
        discussion: """
            Prints the figures of both models, whether their areas under the ROC curve
            differ (DeLong's test for the same applications), and how many decisions
            would be others. Neither model should have seen the applications: the rows
            that one of them was trained on make it look better than it is.

            Exit codes: 0 compared, 1 the table or a model cannot be used, or more
            decisions than --changes-max are others, 2 wrong usage.

            Examples:
              loan-default compare --local-model-path storage/models \\
                  model.joblib@20261124T005500Z-1f2e3d4c model.joblib --input new.csv
              loan-default compare --local-model-path storage/models old new \\
                  --input new.csv --json compared.json --changes-max 0.05
            """
    )

    @Argument(help: "The first model: NAME, or NAME@GENERATION.")
    var first: String

    @Argument(help: "The second model, likewise.")
    var second: String

    @OptionGroup var model: ModelOptions

    @Option(help: "Applications with outcomes: a .csv file, s3://BUCKET/KEY, or -.")
    var input: String

    @Option(help: "The outcome's column, where the models name none: COLUMN or COLUMN=VALUE.")
    var label: String?

    @Flag(help: "Numbers have a decimal comma; another separator is between the fields.")
    var decimalComma = false

    @Option(help: "The share of decisions that may be others, from 0 to 1 (default: any).")
    var changesMax: Double?

    @Option(help: "File that receives the comparison in JSON; - is standard output.")
    var json: String?

    @OptionGroup var work: WorkOptions

    func run() async throws {
        if let changesMax, !(0...1).contains(changesMax) {
            throw CommandFailure.usage("--changes-max is \(changesMax); it must lie from 0 to 1")
        }
        let label = try self.label.map(TableOptions.choice)
        let file = try json.map { try OutputFile($0) }
        let models = (
            try await model.deciding(first, work), try await model.deciding(second, work)
        )
        let compared = try comparison(models.0, models.1, label)
        let report = ComparisonReport(compared, first: first, second: second)
        if json != "-" { print(report.lines.joined(separator: "\n")) }
        if let file {
            try file.write(report.json())
            try file.finish()
        }
        let share = Double(compared.changedCount) / Double(max(1, compared.rowCount))
        if let changesMax, share > changesMax {
            throw CommandFailure.failed(
                "\(compared.changedCount) of \(compared.rowCount) decisions are others, more than "
                    + "a share of \(changesMax)"
            )
        }
    }

    private func comparison(
        _ first: ServedModel,
        _ second: ServedModel,
        _ label: LabelChoice?
    ) throws -> ModelComparison {
        do {
            var reader = try ComparisonReader(
                first,
                second,
                label: label,
                dialect: CSVDialect(hasDecimalComma: decimalComma)
            )
            try InputFile(input).forEachChunk { try reader.append($0) }
            return try reader.finish()
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as ModelComparisonError {
            throw CommandFailure.failed("\(input): \(error)")
        }
    }
}
