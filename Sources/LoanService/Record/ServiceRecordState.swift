// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
package import JSON

/// How a server's record is doing, for those who may read it.
package struct ServiceRecordState: Sendable, Equatable {
    private let state: RecordState
    private let mode: RecordMode
    private let folder: String
    private let place: String?
    private let hashesIDs: Bool

    init(_ state: RecordState, _ settings: RecordSettings) {
        self.state = state
        mode = settings.mode
        folder = settings.folder
        place = settings.place.map(\.recordedText)
        hashesIDs = settings.idKey != nil
    }

    /// Counts are since the start of the process.
    package var json: JSONValue {
        .members([
            "mode": .string(mode.rawValue),
            "stream": .string(state.stream),
            "folder": .string(folder),
            "place": place.map { .string($0) } ?? .null,
            "hashes_ids": .bool(hashesIDs),
            "working": .bool(state.isWorking),
            "obstacle": state.obstacle.map { .string($0) } ?? .null,
            "upload_obstacle": state.uploadObstacle.map { .string($0) } ?? .null,
            "frames": .integer(Int(clamping: state.frames)),
            "rows": .integer(Int(clamping: state.rows)),
            "dropped": .integer(Int(clamping: state.dropped)),
            "refused": .integer(Int(clamping: state.refused)),
            "segment": .integer(Int(clamping: state.segment)),
            "sealed": .integer(Int(clamping: state.sealed)),
            "waiting_for_upload": .integer(state.waitingForUpload),
            "ring_bytes": .integer(state.ringBytes),
            "ring_capacity": .integer(state.ringCapacity),
            "disk_bytes": .integer(state.diskBytes),
            "last_sync_ms": state.lastSync.map { .integer(Int(clamping: $0.milliseconds)) }
                ?? .null,
        ])
    }
}

extension StorageLocation {
    /// As options name it.
    fileprivate var recordedText: String {
        switch self {
        case .local(let path): path
        case .s3(let bucket, let key): "s3://\(bucket)/\(key)"
        }
    }
}
