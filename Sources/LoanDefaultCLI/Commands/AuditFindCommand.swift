// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DecisionRecord
internal import LoanService

/// `loan-default audit find`.
struct AuditFindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Show the recorded decisions of a request.",
        usage: "loan-default audit find [<options>] <id> <place>",
        discussion: """
            Prints each of them as a line of JSON, as export does: what was asked, what
            was answered, and what it was answered with. `replay --id ID --reasons 4`
            explains it.

            Exit codes: 0 found, 1 no decision has the id, or a part of the record
            cannot be read, 2 wrong usage.

            Examples:
              loan-default audit find 7f3a9c2e00000001 record
              loan-default audit find application-4711 s3://decisions/production \\
                  --id-key-file /run/secrets/record-id-key
            """
    )

    @Argument(help: "The id: the x-request-id of the call, or the one of the answer.")
    var id: String

    @Argument(help: "The folder of the record, or s3://BUCKET/PREFIX.")
    var place: String

    @Option(help: "The file with the key that the server hashes ids with.")
    var idKeyFile: String?

    @Option(help: "Look in this stream only.")
    var stream: String?

    func run() async throws {
        var filter = RecordFilter()
        filter.id = try RecordFilterOptions.recorded(id, keyFile: idKeyFile)
        filter.stream = stream
        let place = try RecordPlace.named(self.place)
        do {
            let result = try RecordExport(.jsonl)
                .run(RecordWalk(place, filter), to: OutputFile("-"))
            try result.report(self.place)
            guard result.rowCount > 0 else {
                let hint =
                    idKeyFile == nil ? "; where a server hashes ids, give --id-key-file too" : ""
                throw CommandFailure.failed(
                    "no decision of \(self.place) has the id \(id)\(hint)"
                )
            }
        } catch let error as OutputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as RecordReadError {
            throw CommandFailure.failed("\(self.place): \(error)")
        }
    }
}
