// SPDX-License-Identifier: Apache-2.0

import Digest
import Synchronization

/// An object and its copy, each in the folder that it will be in, under a temporary name.
///
/// Memory: one buffer of 2 MiB.
final class StagedFiles: StagedObject {
    private static let bufferBytes = 2 << 20

    private struct State: ~Copyable {
        var files: [StagedFile]
        var buffer = AlignedBuffer(capacity: StagedFiles.bufferBytes)
        var hash = SHA256()
        var size = 0

        mutating func flush() throws(ObjectStoreError) {
            buffer.withBytes { hash.update($0) }
            size += buffer.count
            try each { file, buffer throws(SystemError) in
                try buffer.withBytes { (bytes) throws(SystemError) in try file.write(bytes) }
            }
            buffer.removeAll()
        }

        /// Calls `body` with each file; a copy that fails is given up.
        mutating func each(
            _ body: (StagedFile, borrowing AlignedBuffer) throws(SystemError) -> Void
        ) throws(ObjectStoreError) {
            var kept: [StagedFile] = []
            for (index, file) in files.enumerated() {
                do throws(SystemError) {
                    try body(file, buffer)
                    kept.append(file)
                } catch {
                    guard index > 0 else { throw ObjectStoreError(error) }
                }
            }
            files = kept
        }
    }

    private let state: Mutex<State>

    /// Begins an object.
    /// - Parameters:
    ///   - key: where it will be.
    ///   - copyKey: where a copy of it will be; one that cannot be begun is given up.
    /// - Throws: what beginning a write may.
    init(
        _ key: ObjectKey,
        copyKey: ObjectKey,
        in store: LocalStore
    ) throws(ObjectStoreError) {
        var files = [try StagedFile(key, in: store)]
        if let copy = try? StagedFile(copyKey, in: store) { files.append(copy) }
        state = Mutex(State(files: files))
    }

    func append(_ bytes: RawSpan) throws(ObjectStoreError) {
        try state.withLock { (state) throws(ObjectStoreError) in
            var start = 0
            while start < bytes.byteCount {
                start += state.buffer.append(bytes.extracting(start..<bytes.byteCount))
                if state.buffer.isFull { try state.flush() }
            }
        }
    }

    func finish() throws(ObjectStoreError) -> (size: Int, sha256: String) {
        try state.withLock { (state) throws(ObjectStoreError) in
            try state.flush()
            try state.each { file, _ throws(SystemError) in try file.sync() }
            return (state.size, Hex.encode(state.hash.finalize()))
        }
    }

    func place(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try state.withLock { (state) throws(ObjectStoreError) in
            guard let file = state.files.first(where: { $0.key == key }) else { throw .notFound }
            state.files.removeAll { $0 === file }
            return try file.place(condition, deadline: deadline)
        }
    }
}
