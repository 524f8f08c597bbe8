// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DecisionRecord
internal import Foundation
internal import LoanService

/// `loan-default audit verify`.
struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that nothing of a record was changed, cut or taken away.",
        usage: "loan-default audit verify [<options>] <place>",
        discussion: """
            Reads every segment: the checksum of each frame, their order, what each
            segment says of itself, and the chain of digests from one to the next.
            Prints what each server's stream holds, gaps and findings.

            Who has noted the digest of a segment, which a server logs when it seals
            one, proves by --head that it and all before it are as they were.

            Exit codes: 0 sound, 1 something is not as it was written, or cannot be
            read, 2 wrong usage.

            Examples:
              loan-default audit verify /var/lib/loan-default/record
              loan-default audit verify s3://decisions/production --json -
              loan-default audit verify record --head server-1/12/SHA256
            """
    )

    @Argument(help: "The folder of the record, or s3://BUCKET/PREFIX.")
    var place: String

    @Option(help: "Verify this stream only.")
    var stream: String?

    @Option(help: "A digest that is to be found: STREAM/SEGMENT/SHA256. May be repeated.")
    var head: [String] = []

    @Option(help: "File that receives the findings in JSON; - is standard output.")
    var json: String?

    func run() async throws {
        let heads = try head.map(Self.head)
        let file = try json.map { try OutputFile($0) }
        let record = try RecordPlace.named(place)
        let line = ProgressLine()
        let verification: RecordVerification
        do {
            let streams = try stream.map { [$0] } ?? record.streams()
            let total = try streams.reduce(0) { total, stream in
                try record.segments(of: stream).reduce(total) { $0 + $1.byteCount }
            }
            guard total > 0 else {
                throw CommandFailure.failed("\(place) has no segment of a record")
            }
            var done = 0
            verification = try .of(record, streams: streams, heads: heads) { segment in
                done += segment.byteCount
                line.show("verifying", share: Double(done) / Double(total))
            }
        } catch let error as RecordReadError {
            throw CommandFailure.failed("\(place): \(error)")
        }
        let report = VerificationReport(verification)
        if json != "-" { print(report.lines.joined(separator: "\n")) }
        if let file {
            try file.write(report.json)
            try file.finish()
        }
        guard verification.isSound else {
            let count = verification.streams.reduce(0) { $0 + $1.faultCount }
            throw CommandFailure.failed(
                "\(place) is not as it was written: \(count) \(count == 1 ? "finding" : "findings")"
            )
        }
    }

    private static func head(_ text: String) throws -> RecordHead {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let digits = parts.last.map { Array($0.utf8) } ?? []
        let digest = stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place...place + 1], as: UTF8.self), radix: 16)
        }
        guard parts.count == 3, let segment = UInt64(parts[1]), digits.count == 64,
            digest.count == 32
        else {
            throw CommandFailure.usage(
                "--head is '\(text)'; it must be STREAM/SEGMENT/SHA256, the digest in 64 "
                    + "hexadecimal digits"
            )
        }
        return RecordHead(stream: parts[0], segment: segment, digest: digest)
    }
}
