// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// A store whose calls are counted.
struct ObservedStore: ObjectStore {
    let store: any ObjectStore
    let backend: StorageBackend
    let metrics: ServiceMetrics

    func get(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant,
        into sink: Sink
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try observe(.get) { () throws(ObjectStoreError) in
            try store.get(key, options, deadline: deadline, into: sink)
        }
    }

    func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from source: ObjectSource
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try observe(.put) { () throws(ObjectStoreError) in
            try store.put(key, condition, deadline: deadline, from: source)
        }
    }

    func stage(
        _ key: ObjectKey,
        copyKey: ObjectKey
    ) throws(ObjectStoreError) -> (any StagedObject)? {
        try store.stage(key, copyKey: copyKey)
    }

    func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from staged: any StagedObject
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try observe(.put) { () throws(ObjectStoreError) in
            try store.put(key, condition, deadline: deadline, from: staged)
        }
    }

    func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try observe(.head) { () throws(ObjectStoreError) in
            try store.head(key, deadline: deadline)
        }
    }

    func list(
        prefix: String,
        countMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        try observe(.list) { () throws(ObjectStoreError) in
            try store.list(prefix: prefix, countMax: countMax, deadline: deadline)
        }
    }

    func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try observe(.delete) { () throws(ObjectStoreError) in
            try store.delete(key, deadline: deadline)
        }
    }

    func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try observe(.copy) { () throws(ObjectStoreError) in
            try store.copy(source, to: target, deadline: deadline)
        }
    }

    func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject? {
        try observe(.map) { () throws(ObjectStoreError) in try store.map(key) }
    }

    func rehearse(
        _ write: PlannedWrite,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try store.rehearse(write, deadline: deadline)
    }

    func freeSpace(below folder: String) throws(ObjectStoreError) -> FreeSpace? {
        try store.freeSpace(below: folder)
    }

    var notes: [StoreNote] { store.notes }

    func waiting(since begun: ContinuousClock.Instant) -> any ObjectStore {
        ObservedStore(store: store.waiting(since: begun), backend: backend, metrics: metrics)
    }

    private func observe<Result: ~Copyable>(
        _ call: StorageCall,
        _ body: () throws(ObjectStoreError) -> Result
    ) throws(ObjectStoreError) -> Result {
        do throws(ObjectStoreError) {
            let result = try body()
            metrics.called(call, of: backend, .ok)
            return result
        } catch {
            metrics.called(call, of: backend, StorageOutcome(error))
            throw error
        }
    }
}

extension StorageOutcome {
    fileprivate init(_ error: ObjectStoreError) {
        switch error {
        case .unavailable, .deadlineExceeded, .noCredentials, .clockSkew, .system,
            .tooManyOpenFiles:
            self = .unreachable
        case .notFound, .noSuchBucket, .permissionDenied, .credentialsRefused, .redirected,
            .preconditionFailed, .notModified,
            .invalidKey, .invalidBucketName, .notRegularFile, .tooLarge, .tooManyObjects,
            .endlessListing, .rangeNotSatisfiable, .unwritable, .outOfSpace, .corrupted,
            .wrongRegion, .refused, .malformedAnswer, .unusable, .stopped:
            self = .refused
        }
    }
}
