// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanService

/// `loan-default policy check`.
struct PolicyCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Try a policy on a table, and say which decisions would change.",
        usage: "loan-default policy check [<options>] <policy> --input <input>",
        discussion: """
            Prints how many applications each band, decision and rule has, and from which
            decision to which they would change against the current policy: that of the
            model, or of --current.

            Exit codes: 0 the policy can be used, 1 it cannot, or changes more decisions
            than --changes-max, 2 wrong usage.

            Examples:
              loan-default policy check policy.json --input applications.csv \\
                  --local-model-path storage/models --model-name model.joblib
              loan-default policy check new.json --current old.json --changes-max 0.02 \\
                  --model model.json --input new.csv
            """
    )

    @Argument(help: "The policy: policy.json, s3://BUCKET/KEY, or - for standard input.")
    var policy: String

    @OptionGroup var model: DecidingModelOptions

    @Option(help: "Applications: a .csv file, s3://BUCKET/KEY, or - for standard input.")
    var input: String

    @Option(help: "The policy to compare with (default: that of the model).")
    var current: String?

    @Option(help: "The share of decisions that may change, from 0 to 1 (default: any).")
    var changesMax: Double?

    @OptionGroup var work: WorkOptions

    func run() async throws {
        if let changesMax, !(0...1).contains(changesMax) {
            throw CommandFailure.usage("--changes-max is \(changesMax); it must lie from 0 to 1")
        }
        guard policy != "-" || input != "-" else {
            throw CommandFailure.usage("standard input cannot be both the policy and the table")
        }
        let model = try await model.served(work)
        let policy = try PolicyFile.bound(self.policy, to: model)
        let current =
            try current.map { try PolicyFile.bound($0, to: model) } ?? model.policy.bound
        let tally = try tally(policy, current, model)
        print(PolicyReport(tally).lines.joined(separator: "\n"))
        let share = Double(tally.changedCount) / Double(max(1, tally.rowCount))
        if let changesMax, share > changesMax {
            throw CommandFailure.failed(
                "\(self.policy): \(tally.changedCount) of \(tally.rowCount) decisions would "
                    + "change, more than a share of \(changesMax)"
            )
        }
    }

    private func tally(
        _ policy: BoundPolicy,
        _ current: BoundPolicy,
        _ model: ServedModel
    ) throws -> PolicyTally {
        var tally = PolicyTally(policy.policy)
        func count(_ rows: CodedApplications) {
            guard rows.rowCount > 0 else { return }
            let probabilities = model.probabilities(of: rows)
            tally.add(
                model.decisions(of: rows, probabilities: probabilities, by: policy),
                current: model.decisions(of: rows, probabilities: probabilities, by: current)
            )
        }
        do {
            var reader = model.tableReader()
            try InputFile(input).forEachChunk { chunk in
                try reader.append(chunk.span)
                if reader.rowCount >= PredictCommand.batchRows { count(reader.takeApplications()) }
            }
            count(try reader.finishApplications())
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as CSVError {
            throw CommandFailure.failed("\(input): \(error.description)")
        }
        guard tally.rowCount > 0 else { throw CommandFailure.failed("\(input): there is no row") }
        return tally
    }
}
