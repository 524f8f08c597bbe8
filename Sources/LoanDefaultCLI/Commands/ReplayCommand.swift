// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DecisionRecord
internal import LoanService

/// `loan-default replay`.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Make recorded decisions again and compare every bit.",
        usage: "loan-default replay [<options>] <place>",
        discussion: """
            Loads each model, its preprocessor and its policy from the record itself, by
            their digests, scores what was asked, and compares margins, predictions,
            calibrated probabilities, points, bands, decisions, rules and reasons with
            what was answered. A server or a storage is not needed.

            Each kernel that this machine can run scores each decision; --kernel fastest
            takes the one that a server here would, and a tenth of the time or less.

            Exit codes: 0 every decision is the same, 1 some are not, or cannot be made
            again, 2 wrong usage.

            Examples:
              loan-default replay record
              loan-default replay s3://decisions/production --sample 100000 \\
                  --kernel fastest
              loan-default replay record --id 7f3a9c2e00000001 --reasons 4
            """
    )

    @Argument(help: "The folder of the record, or s3://BUCKET/PREFIX.")
    var place: String

    @OptionGroup var filter: RecordFilterOptions

    @Option(help: "Make only this many decisions again, drawn at random.")
    var sample: Int?

    @Option(help: "Which ones are drawn: the same of the same record (default: random).")
    var seed: UInt64?

    @Option(
        help: "What scores: all, fastest, or one of \(ReplayKernels.names.joined(separator: ", "))."
    )
    var kernel = "all"

    @Option(
        help: "Explain each decision by this many reasons at most; goes with an id or a sample."
    )
    var reasons: Int?

    @Flag(help: "Do not work out again the reasons that were answered.")
    var withoutReasons = false

    @Option(help: "File that receives what came of it in JSON; - is standard output.")
    var json: String?

    func run() async throws {
        let filter = try filter.filter()
        guard let kernels = ReplayKernels(kernel) else {
            throw CommandFailure.usage(
                "--kernel is '\(kernel)'; it must be all, fastest, or one of "
                    + ReplayKernels.names.joined(separator: ", ")
            )
        }
        try checkNumbers(filter)
        let file = try json.map { try OutputFile($0) }
        let place = try RecordPlace.named(self.place)
        var run = ReplayRun(
            walk: RecordWalk(place, filter),
            kernels: kernels,
            comparesReasons: !withoutReasons,
            reasonCount: json == "-" ? nil : reasons
        )
        do {
            if let sample {
                let seed = seed ?? UInt64.random(in: 0...UInt64(Int32.max))
                Terminal.error("the sample is drawn with --seed \(seed)")
                try run.draw(sample, seed: seed)
            }
            try run.run()
        } catch let error as RecordReadError {
            throw CommandFailure.failed("\(self.place): \(error)")
        } catch let problem as ReplayProblem {
            throw CommandFailure.failed("\(self.place): \(problem)")
        }
        if json != "-" { print(run.lines.joined(separator: "\n")) }
        if let file {
            try file.write(run.json)
            try file.finish()
        }
        try run.walked.report(self.place)
        try run.check(self.place)
    }

    private func checkNumbers(_ filter: RecordFilter) throws {
        if let sample, sample < 1 {
            throw CommandFailure.usage("--sample is \(sample); it must be at least 1")
        }
        guard seed == nil || sample != nil else {
            throw CommandFailure.usage("--seed goes with --sample")
        }
        guard let reasons else { return }
        guard (1...ReasonLimits.countMax).contains(reasons) else {
            throw CommandFailure.usage("--reasons is a number from 1 to \(ReasonLimits.countMax)")
        }
        guard filter.id != nil || sample != nil else {
            throw CommandFailure.usage("--reasons goes with --id or --sample")
        }
    }
}
