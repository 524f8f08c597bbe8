// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord

/// What a server's record of decisions is started with.
package struct RecordSettings: Sendable {
    /// Why settings cannot be used: the option that is wrong, and a sentence without its end.
    package struct Problem: Error, Equatable {
        /// Without its dashes.
        package let option: String
        /// As it was given; empty where it was not.
        package let value: String
        /// What is wrong, and what would be right.
        package let reason: String
    }

    /// The folder of this machine that the record is written in.
    package let folder: String
    /// Where sealed segments go; nil keeps them in the folder.
    package let place: StorageLocation?
    /// The key that ids are hashed with; nil records them as they are.
    package let idKey: RecordIDKey?
    let mode: RecordMode
    let configuration: RecordConfiguration

    /// Days that the retention may be.
    private static let retentionRange = 1...36_500
    /// What options name for no record.
    private static let off = RecordMode.off.rawValue

    /// The words for how a record is kept.
    package static let modes = RecordMode.allCases.map(\.rawValue)

    /// - Parameters:
    ///   - mode: one of ``modes``; nil: `best-effort` where there is a folder.
    ///   - place: `s3://BUCKET/PREFIX`, as options name it.
    ///   - idKey: the bytes of the file with the key.
    /// - Returns: nil where nothing is recorded.
    /// - Throws: the first option that is wrong.
    package static func of(
        folder: String?,
        mode: String?,
        place: StorageLocation?,
        ringBytes: Int?,
        diskBytes: Int?,
        retentionDays: Int?,
        stream: String?,
        idKey: [UInt8]?
    ) throws(Problem) -> RecordSettings? {
        let given: [(option: String, isGiven: Bool)] = [
            ("record-place", place != nil), ("record-ring-bytes", ringBytes != nil),
            ("record-disk-bytes", diskBytes != nil),
            ("record-retention-days", retentionDays != nil), ("record-stream", stream != nil),
            ("record-id-key-file", idKey != nil),
        ]
        let chosen = try mode.map { (word) throws(Problem) in try Self.mode(word) }
        guard let folder, !folder.isEmpty else {
            if folder != nil {
                throw Problem(option: "record", value: "", reason: "names no folder")
            }
            if let chosen, chosen != .off {
                throw Problem(
                    option: "record-mode",
                    value: chosen.rawValue,
                    reason: "nothing is recorded without --record, which names the folder"
                )
            }
            if let extra = given.first(where: \.isGiven) {
                throw Problem(
                    option: extra.option,
                    value: "",
                    reason: "has no meaning without --record, which names the record's folder"
                )
            }
            return nil
        }
        guard chosen != .off else { return nil }
        if let days = retentionDays, !retentionRange.contains(days) {
            throw Problem(
                option: "record-retention-days",
                value: "\(days)",
                reason: "must lie from \(retentionRange.lowerBound) to "
                    + "\(retentionRange.upperBound)"
            )
        }
        let key = try idKey.map { (bytes) throws(Problem) in try Self.key(bytes) }
        var configuration = RecordConfiguration(
            mode: chosen ?? .bestEffort,
            folder: folder,
            stream: stream,
            build: Product.name
        )
        if let ringBytes { configuration.ringByteCount = ringBytes }
        if let diskBytes { configuration.diskByteCountMax = diskBytes }
        configuration.hashesIDs = key != nil
        if let retentionDays {
            configuration.retention = .seconds(retentionDays * 86_400)
        }
        do throws(RecordError) {
            try configuration.validate()
        } catch {
            throw Problem(error, ringBytes, diskBytes, stream)
        }
        return RecordSettings(configuration, place: place, idKey: key)
    }

    private init(
        _ configuration: RecordConfiguration,
        place: StorageLocation?,
        idKey: RecordIDKey?
    ) {
        self.configuration = configuration
        folder = configuration.folder
        mode = configuration.mode
        self.place = place
        self.idKey = idKey
    }

    /// Whether an answer waits until it is on the disk.
    package var isDurable: Bool { mode == .durable }

    private static func key(_ bytes: [UInt8]) throws(Problem) -> RecordIDKey {
        guard let key = RecordIDKey(bytes) else {
            let range = RecordIDKey.byteCountRange
            throw Problem(
                option: "record-id-key-file",
                value: "",
                reason: "has \(bytes.count) bytes; a key has from \(range.lowerBound) to "
                    + "\(range.upperBound) of them"
            )
        }
        return key
    }

    private static func mode(_ word: String) throws(Problem) -> RecordMode {
        guard let mode = RecordMode(rawValue: word) else {
            throw Problem(
                option: "record-mode",
                value: word,
                reason: "is none of " + modes.joined(separator: ", ")
            )
        }
        return mode
    }
}

extension RecordSettings.Problem {
    /// A setting that the record itself refuses, by the option that has it.
    fileprivate init(_ error: RecordError, _ ring: Int?, _ disk: Int?, _ stream: String?) {
        let (option, value): (String, String) =
            switch error {
            case .setting(.ringBytes, _, _): ("record-ring-bytes", ring.map { "\($0)" } ?? "")
            case .setting(.diskBytes, _, _): ("record-disk-bytes", disk.map { "\($0)" } ?? "")
            case .stream: ("record-stream", stream ?? "")
            default: ("record", "")
            }
        self.init(option: option, value: value, reason: "\(error)")
    }
}
