// SPDX-License-Identifier: Apache-2.0

/// Bytes by key, in a folder or in a bucket.
///
/// Every call blocks its thread, so none is made on an event loop or on the cooperative pool. A
/// call ends by its deadline with a result or with an `ObjectStoreError`; it never reports success
/// for bytes that are not stored. Reads and writes stream: memory does not grow with the object.
package protocol ObjectStore: Sendable {
    /// Takes the next bytes of an object; the span is valid during the call only.
    typealias Sink = (Span<UInt8>) throws(ObjectStoreError) -> Void

    /// Delivers the bytes of an object, in order, to `sink`.
    ///
    /// All bytes come from one version of the object, whose metadata is returned. When the call
    /// throws, the bytes delivered so far must be discarded.
    /// - Throws: `notFound`, `preconditionFailed`, `notModified`, `rangeNotSatisfiable`,
    ///   `tooLarge`, what `sink` throws, and what any storage may.
    func get(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant,
        into sink: Sink
    ) throws(ObjectStoreError) -> ObjectMetadata

    /// Writes an object in one step: readers see the old one or the whole new one.
    /// - Throws: `preconditionFailed`, `outOfSpace`, what `source` throws, and what any storage
    ///   may; `corrupted(.size)` if the source yields another count than it announced.
    @discardableResult
    func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from source: ObjectSource
    ) throws(ObjectStoreError) -> ObjectMetadata

    /// Begins a large object that is made piece by piece, and a copy of it; nil for a store that is
    /// not local.
    /// - Throws: what a write may.
    func stage(
        _ key: ObjectKey,
        copyKey: ObjectKey
    ) throws(ObjectStoreError) -> (any StagedObject)?

    /// Writes an object, or its copy, from one that was staged by this store, and is finished.
    /// - Throws: `notFound` where it was not staged for this key, and as other writes.
    @discardableResult
    func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from staged: any StagedObject
    ) throws(ObjectStoreError) -> ObjectMetadata

    /// The metadata of an object, without its bytes.
    /// - Throws: `notFound`, and what any storage may.
    func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata

    /// The objects whose keys start with `prefix`, in the order of their UTF-8 bytes.
    /// - Throws: `tooManyObjects` above `countMax`, and what any storage may.
    func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject]

    /// Removes an object; removing what is not there succeeds.
    func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError)

    /// Makes `target` hold what `source` holds, in one step. The bytes pass through this process,
    /// a few at a time, only where the store cannot copy.
    /// - Throws: `notFound`, and what any storage may.
    func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError)

    /// The object as a read-only memory map; nil for a store that is not local.
    /// - Throws: `notFound`, `notRegularFile`, and what any storage may.
    func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject?

    /// Finds out whether a write is possible and whether its conditions are kept, before the work
    /// whose result it is. What is found to be lacking is in `notes`.
    /// - Throws: `permissionDenied`, `unwritable`, `noSuchBucket`, and what any storage may.
    func rehearse(
        _ write: PlannedWrite,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError)

    /// What is left for writes below `folder`; nil for a store that is not local.
    /// - Throws: what any storage may.
    func freeSpace(below folder: String) throws(ObjectStoreError) -> FreeSpace?

    /// What the store has been found to lack.
    var notes: [StoreNote] { get }

    /// The same store, whose calls wait while it is away: for as long as passed from `begun` until
    /// then, within their deadlines.
    func waiting(since begun: ContinuousClock.Instant) -> any ObjectStore
}

extension ObjectStore {
    /// Nothing is staged.
    package func stage(
        _ key: ObjectKey,
        copyKey: ObjectKey
    ) throws(ObjectStoreError) -> (any StagedObject)? { nil }

    /// Gives the staged object its name.
    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from staged: any StagedObject
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try staged.place(key, condition, deadline: deadline)
    }

    /// Not known.
    package func freeSpace(below folder: String) throws(ObjectStoreError) -> FreeSpace? { nil }

    /// Nothing is lacking.
    package var notes: [StoreNote] { [] }

    /// The store itself, which is never away.
    package func waiting(since begun: ContinuousClock.Instant) -> any ObjectStore { self }
}

extension ObjectStore {
    /// Reads an object into memory.
    /// - Throws: as `get(_:_:deadline:into:)`; `tooLarge` above `bytesMax`.
    package func get(
        _ key: ObjectKey,
        bytesMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> (bytes: [UInt8], metadata: ObjectMetadata) {
        var bytes: [UInt8] = []
        let options = ReadOptions(bytesMax: bytesMax)
        let metadata = try get(key, options, deadline: deadline) {
            (chunk) throws(ObjectStoreError) in
            bytes.append(chunk)
        }
        return (bytes, metadata)
    }

    /// Writes an object from memory.
    /// - Throws: as `put(_:_:deadline:from:)`.
    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ bytes: [UInt8],
        _ condition: WriteCondition = .always,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try put(key, condition, deadline: deadline, from: ObjectSource(bytes))
    }
}
