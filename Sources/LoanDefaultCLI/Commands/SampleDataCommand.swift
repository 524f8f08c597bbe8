// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanModel

/// `loan-default sample-data`.
struct SampleDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-data",
        abstract: "Generate applications with the columns and relations of real ones.",
        usage: "loan-default sample-data [<options>] --output <output>",
        discussion: """
            The same rows and seed always give the same file.

            Examples:
              loan-default sample-data --output applications.csv
              loan-default sample-data --rows 1000 --seed 7 --output - | head
            """
    )

    @Option(help: "Number of applications (1 to 50,000,000).")
    var rows = 32_581

    @Option(help: "Seed of the generator.")
    var seed: UInt64 = 1

    @Option(help: "File to write, or - for standard output.")
    var output: String

    func run() throws {
        guard (1...50_000_000).contains(rows) else {
            throw CommandFailure.usage("--rows is \(rows); it must lie from 1 to 50000000")
        }
        do {
            let file = try OutputFile(output, bytesMin: rows * Self.rowBytesMin)
            let line = ProgressLine()
            let sample = SampleApplications(rows: rows, seed: seed)
            var header = CSVWriter()
            sample.appendHeader(to: &header)
            try file.write(header.bytes)
            for start in stride(from: 0, to: rows, by: Self.chunkRows) {
                let end = min(start + Self.chunkRows, rows)
                var chunk = CSVWriter()
                sample.append(rows: start..<end, to: &chunk)
                try file.write(chunk.bytes)
                line.show("generating", share: Double(end) / Double(rows))
            }
            try file.finish()
        } catch let error as OutputFileError {
            throw CommandFailure.failed("\(error)")
        }
    }

    private static let chunkRows = 65_536
    /// Twelve cells of a character, each with a comma or the end of the line.
    private static let rowBytesMin = 24
}
