// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import ArgumentParser
internal import LoanServer
internal import LoanService

/// The options of `serve` about the record of its decisions.
struct RecordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Folder in which every decision is recorded, with its inputs; outside of the storage \
            root, and of one server alone (default: nothing is recorded).
            """
        )
    )
    var record: String?

    @Option(
        help: ArgumentHelp(
            """
            What becomes of a decision that cannot be recorded: it is answered and counted \
            (best-effort), or refused (required); durable answers once it is on the disk; off \
            records nothing (default: best-effort).
            """
        )
    )
    var recordMode: String?

    @Option(
        help: ArgumentHelp(
            "Where sealed segments of the record go (default: they stay in its folder).",
            valueName: "s3://bucket/prefix"
        )
    )
    var recordPlace: String?

    @Option(
        help: "Bytes of the record's ring, which takes decisions first (default: 67,108,864)."
    )
    var recordRingBytes: Int?

    @Option(help: "Bytes of disk that the record's folder may take (default: 10,737,418,240).")
    var recordDiskBytes: Int?

    @Option(help: "Days after which segments of the record are deleted (default: 760).")
    var recordRetentionDays: Int?

    @Option(
        help: """
            Name of this server's chain of segments (default: the host's name and a random part, \
            kept in the folder).
            """
    )
    var recordStream: String?

    @Option(
        help: """
            File with a key of 16 to 4,096 bytes: ids of calls are recorded as their HMAC-SHA256.
            """
    )
    var recordIdKeyFile: String?

    /// What is to be recorded; nil for nothing.
    /// - Throws: `ConfigurationError` naming the option.
    func settings() throws -> RecordSettings? {
        try RecordSettings.options(
            folder: record,
            mode: recordMode,
            place: recordPlace,
            ringBytes: recordRingBytes,
            diskBytes: recordDiskBytes,
            retentionDays: recordRetentionDays,
            stream: recordStream,
            idKeyFile: recordIdKeyFile
        )
    }
}
