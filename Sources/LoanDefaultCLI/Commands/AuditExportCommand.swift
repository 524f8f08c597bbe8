// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DecisionRecord
internal import LoanService

/// `loan-default audit export`.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write recorded decisions as JSON lines or as a table.",
        usage: "loan-default audit export [<options>] <place>",
        discussion: """
            Numbers are the shortest texts that read back as the same value; categories
            are texts; what is missing is null, or empty in a table. A table has one
            header: decisions of one model.

            Exit codes: 0 written, 1 a part of the record cannot be read, or there is
            no room, 2 wrong usage.

            Examples:
              loan-default audit export record --from 2026-11-01 --to 2026-12-01 \\
                  --output november.jsonl
              loan-default audit export s3://decisions/production --format csv \\
                  --model model.joblib --decision decline --output declined.csv
            """
    )

    @Argument(help: "The folder of the record, or s3://BUCKET/PREFIX.")
    var place: String

    @Option(help: "How decisions are written (\(Self.formats)).")
    var format = ExportFormat.jsonl

    @OptionGroup var filter: RecordFilterOptions

    @Option(help: "File for the decisions, s3://BUCKET/KEY, or - for standard output.")
    var output = "-"

    private static let formats =
        ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")

    func run() async throws {
        let filter = try filter.filter()
        let place = try RecordPlace.named(self.place)
        do {
            let target = try OutputFile(output)
            let result = try RecordExport(format).run(RecordWalk(place, filter), to: target)
            // What can be read is there, also where something cannot.
            try target.finish()
            try result.report(self.place)
        } catch let error as OutputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as RecordTable.Failure {
            throw CommandFailure.failed("\(self.place): \(error)")
        } catch let error as RecordReadError {
            throw CommandFailure.failed("\(self.place): \(error)")
        }
    }
}

extension ExportFormat: ExpressibleByArgument {}

/// Writes decisions of a record to a file.
struct RecordExport {
    private let format: ExportFormat

    init(_ format: ExportFormat) { self.format = format }

    func run(_ walk: RecordWalk, to target: OutputFile) throws -> RecordWalk.Result {
        let line = ProgressLine()
        var table = RecordTable()
        return try walk.run(progress: { line.show("exporting", share: $0) }) { decisions in
            switch format {
            case .jsonl: try target.write(DecisionLines(decisions).bytes)
            case .csv: try target.write(table.lines(of: decisions))
            }
            return true
        }
    }
}

extension RecordWalk.Result {
    /// Reports what could not be read.
    /// - Throws: `CommandFailure` where something could not.
    func report(_ place: String) throws(CommandFailure) {
        guard !faults.isEmpty else { return }
        for fault in faults { Terminal.error("loan-default: \(fault)") }
        let count = faults.count + moreFaults
        throw .failed(
            "\(place) has \(count) \(count == 1 ? "part" : "parts") that cannot be read; "
                + "`loan-default audit verify` says what is wrong with it"
        )
    }
}
