// SPDX-License-Identifier: Apache-2.0

import Digest
import Dispatch
import Synchronization

/// An object and its copy, each in the folder that it will be in, under a temporary name.
///
/// Memory: two buffers of 2 MiB, of which one is filled while the other is written.
final class StagedFiles: StagedObject {
    private static let bufferBytes = 2 << 20

    private struct State: ~Copyable {
        var places: [StagedPlace]
        var buffer = AlignedBuffer(capacity: StagedFiles.bufferBytes)
        var hash = SHA256()
        var size = 0
        /// What is being written, until `writes` is left.
        private var written = AlignedBuffer(capacity: StagedFiles.bufferBytes)
        private let writes = DispatchGroup()

        init(places: [StagedPlace]) { self.places = places }

        // What is written must not go before it is.
        deinit { writes.wait() }

        /// Has the buffer written to all places at once, and hashes it meanwhile.
        mutating func flush() throws(ObjectStoreError) {
            try settle()
            swap(&buffer, &written)
            size += written.count
            startWrites()
            written.withBytes { hash.update($0) }
        }

        /// Waits until all that was flushed is written.
        mutating func settle() throws(ObjectStoreError) {
            writes.wait()
            do throws(ObjectStoreError) {
                try checkWrites()
            } catch .outOfSpace where places.count > 1 {
                // The copy gives its room to the object.
                places.removeLast()
                startWrites()
                writes.wait()
                try checkWrites()
            }
            written.removeAll()
        }

        /// Starts to write what was flushed, which stays as it is until it is written.
        private func startWrites() {
            written.withBytes { bytes in
                for place in places { unsafe place.write(bytes, in: writes) }
            }
        }

        private mutating func checkWrites() throws(ObjectStoreError) {
            try each { place throws(SystemError) in try place.checkWrites() }
        }

        /// Calls `body` with each place; a copy that fails is given up.
        mutating func each(
            _ body: (StagedPlace) throws(SystemError) -> Void
        ) throws(ObjectStoreError) {
            var kept: [StagedPlace] = []
            for (index, place) in places.enumerated() {
                do throws(SystemError) {
                    try body(place)
                    kept.append(place)
                } catch {
                    guard index > 0 else { throw ObjectStoreError(error) }
                }
            }
            places = kept
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
        var places = [try StagedPlace(key, in: store)]
        if let copy = try? StagedPlace(copyKey, in: store) { places.append(copy) }
        state = Mutex(State(places: places))
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
            try state.settle()
            try state.each { place throws(SystemError) in try place.sync() }
            return (state.size, Hex.encode(state.hash.finalize()))
        }
    }

    func place(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try state.withLock { (state) throws(ObjectStoreError) in
            guard let place = state.places.first(where: { $0.key == key }) else { throw .notFound }
            state.places.removeAll { $0 === place }
            return try place.place(condition, deadline: deadline)
        }
    }
}
