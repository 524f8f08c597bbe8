// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import Foundation
internal import Machine
internal import ObjectStorage

/// A place for a decision record in an object store: a bucket and what its keys begin with.
package struct RecordObjectStore: RecordStore {
    private let store: any ObjectStore
    /// Without a slash at the end; "" is the whole bucket.
    private let prefix: String

    /// One object is moved within this time.
    private static let transferTime = Duration.seconds(600)
    /// Everything else is answered within this time.
    private static let callTime = Duration.seconds(60)
    /// Objects of a place: those of 25 months with a segment a minute, and those of a fleet.
    private static let objectsMax = 4_000_000

    /// - Parameter prefix: what the keys of the record begin with, without a slash at the end.
    init(_ store: any ObjectStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    /// Stores a file, unless the name is taken.
    package func put(_ name: String, file: String) throws(RecordStoreError) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw RecordStoreError(
                "\(name) cannot be stored: its file cannot be read: "
                    + SystemErrorText.ofLastFailure()
            )
        }
        return try naming(name) { () throws(ObjectStoreError) in
            let key = try key(name)
            guard let length = try? handle.seekToEnd() else {
                throw .system(operation: .read, code: EIO)
            }
            do throws(ObjectStoreError) {
                _ = try store.put(
                    key,
                    .ifAbsent,
                    deadline: .now + Self.transferTime,
                    from: ObjectSource(handle, length: Int(length)) { _ in }
                )
                return true
            } catch .preconditionFailed {
                return false
            }
        }
    }

    /// The size of an object; nil where there is none.
    package func byteCount(of name: String) throws(RecordStoreError) -> Int? {
        try naming(name) { () throws(ObjectStoreError) in
            do throws(ObjectStoreError) {
                return try store.head(key(name), deadline: .now + Self.callTime).size
            } catch .notFound {
                return nil
            }
        }
    }

    /// The objects whose names begin so.
    package func list(prefix part: String) throws(RecordStoreError) -> [RecordStoreEntry] {
        let root = prefix.isEmpty ? "" : prefix + "/"
        return try naming(part.isEmpty ? "the record" : part) { () throws(ObjectStoreError) in
            try store.list(
                prefix: root + part,
                countMax: Self.objectsMax,
                deadline: .now + Self.transferTime
            ).map { object in
                RecordStoreEntry(
                    name: String(object.key.name.dropFirst(root.count)),
                    byteCount: object.metadata.size,
                    modifiedMilliseconds: Int64(object.metadata.modified * 1_000)
                )
            }
        }
    }

    /// Delivers an object piece by piece.
    package func get(
        _ name: String,
        into sink: (Span<UInt8>) -> Void
    ) throws(RecordStoreError) {
        try naming(name) { () throws(ObjectStoreError) in
            _ = try store.get(key(name), .all, deadline: .now + Self.transferTime) {
                (piece) throws(ObjectStoreError) in sink(piece)
            }
        }
    }

    /// Stores an empty object, whose time says when it was used.
    package func touch(_ name: String) throws(RecordStoreError) {
        try naming(name) { () throws(ObjectStoreError) in
            _ = try store.put(key(name), [], deadline: .now + Self.callTime)
        }
    }

    /// Removes an object; what is not there is removed already.
    package func delete(_ name: String) throws(RecordStoreError) {
        try naming(name) { () throws(ObjectStoreError) in
            try store.delete(key(name), deadline: .now + Self.callTime)
        }
    }

    private func key(_ name: String) throws(ObjectStoreError) -> ObjectKey {
        try ObjectKey(folder: prefix, name: name)
    }

    private func naming<Result>(
        _ name: String,
        _ body: () throws(ObjectStoreError) -> Result
    ) throws(RecordStoreError) -> Result {
        do throws(ObjectStoreError) {
            return try body()
        } catch {
            throw RecordStoreError("\(name): \(error.description)")
        }
    }
}
