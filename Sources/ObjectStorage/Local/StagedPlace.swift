// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Machine
import Synchronization

/// One of the places of a staged object: its file, with a queue on which pieces are written while
/// those of the other place are.
final class StagedPlace: Sendable {
    let key: ObjectKey
    private let file: Mutex<StagedFile>
    private let queue = DispatchQueue(label: "staged object")
    /// What the last write ended with.
    private let failure = Mutex<SystemError?>(nil)

    /// Begins the file in the folder of `key`.
    init(_ key: ObjectKey, in store: LocalStore) throws(ObjectStoreError) {
        self.key = key
        file = Mutex(try StagedFile(key, in: store))
    }

    /// Starts to write the next bytes, aligned as those of a staged file are.
    /// - Parameters:
    ///   - bytes: valid, and written by nobody, until `group` is empty.
    ///   - group: left when the write has ended.
    @unsafe
    func write(_ bytes: Span<UInt8>, in group: DispatchGroup) {
        let shared = unsafe bytes.withUnsafeBufferPointer { unsafe SharedPointer($0) }
        queue.async(group: group) {
            // The caller vouches for the bytes until this has left the group.
            let bytes = unsafe Span(_unsafeElements: shared.pointer)
            let outcome = self.file.withLock { file in
                do throws(SystemError) {
                    try file.write(bytes)
                    return nil as SystemError?
                } catch {
                    return error
                }
            }
            self.failure.withLock { $0 = outcome }
        }
    }

    /// - Throws: what the last write ended with.
    func checkWrites() throws(SystemError) {
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Waits until the content is on the device.
    func sync() throws(SystemError) {
        try file.withLock { (file) throws(SystemError) in try file.sync() }
    }

    /// Gives the file its name.
    func place(
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try file.withLock { (file) throws(ObjectStoreError) in
            try file.place(condition, deadline: deadline)
        }
    }
}
