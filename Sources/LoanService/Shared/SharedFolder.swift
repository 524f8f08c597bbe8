// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// The folder in which the servers of one fleet share what all of them must know, in small objects:
///
///     FOLDER/.loan-default/shared/OBJECT
///
/// Requests do not choose it, and reach nothing in it.
package struct SharedFolder: Sendable {
    /// Bytes of one object.
    package static let bytesMax = 512 << 10
    /// Objects of a listing.
    package static let countMax = 2_000
    /// The longest that one call may take.
    private static let timeMax = Duration.seconds(10)

    /// What a reading found.
    package enum Reading: Sendable {
        case absent
        /// The version that was known already.
        case unchanged
        case found(bytes: [UInt8], tag: String)
    }

    /// What a writing replaces.
    package enum Replaced: Sendable {
        case nothing
        case version(tag: String)
    }

    /// Who waits for a reading: callers, however many, do not hold up the server.
    package enum Reader: Sendable {
        case server
        case callers
    }

    private let place: StorageResolver.Resolved
    /// Whether only processes on this machine's disk share it.
    package let isLocal: Bool
    private let calls = AsyncSemaphore(places: 4, waitingMax: 256)
    private let callersReads = AsyncSemaphore(places: 4, waitingMax: 256)

    /// - Throws: where the server may not use the place.
    init(_ location: StorageLocation, _ resolver: StorageResolver) throws(ServiceError) {
        place = try resolver.resolve(location, as: .sharedFolder)
        isLocal = location.backend == .local
        try place.refuseReserved()
    }

    /// Reads an object.
    /// - Parameter known: the version that need not be read again.
    package func read(
        _ name: String,
        unless known: String? = nil,
        for reader: Reader = .server
    ) async throws(ServiceError) -> Reading {
        try await call(for: reader) { (store, deadline) throws(ObjectStoreError) in
            var bytes: [UInt8] = []
            var options = ReadOptions(bytesMax: Self.bytesMax)
            options.ifNoneMatch = known.map { ETag($0) }
            do throws(ObjectStoreError) {
                let found = try store.get(try key(name), options, deadline: deadline) {
                    (chunk) throws(ObjectStoreError) in
                    bytes.append(chunk)
                }
                return .found(bytes: bytes, tag: found.etag.value)
            } catch .notFound {
                return .absent
            } catch .notModified {
                return .unchanged
            }
        }
    }

    /// Writes an object.
    /// - Returns: its version.
    /// - Throws: `.conflict` where something else is there than what is to be replaced.
    package func write(
        _ name: String,
        _ bytes: [UInt8],
        replacing replaced: Replaced
    ) async throws(ServiceError) -> String {
        let condition: WriteCondition =
            switch replaced {
            case .nothing: .ifAbsent
            case .version(let tag): .ifMatch(ETag(tag))
            }
        return try await call { (store, deadline) throws(ObjectStoreError) in
            try store.put(try key(name), bytes, condition, deadline: deadline).etag.value
        }
    }

    /// Writes an object, whatever is there.
    package func write(_ name: String, _ bytes: [UInt8]) async throws(ServiceError) {
        try await call { (store, deadline) throws(ObjectStoreError) in
            try store.put(try key(name), bytes, .always, deadline: deadline)
        }
    }

    /// The objects below a name that ends with a slash, for callers.
    /// - Returns: what follows that name, with the time of the last write in seconds since 1970.
    package func list(
        _ prefix: String
    ) async throws(ServiceError) -> [(name: String, tag: String, modified: Double)] {
        try await call(for: .callers) { (store, deadline) throws(ObjectStoreError) in
            let whole = try key(prefix).name
            return try store.list(prefix: whole, countMax: Self.countMax, deadline: deadline).map {
                (
                    String($0.key.name.dropFirst(whole.count)), $0.metadata.etag.value,
                    $0.metadata.modified
                )
            }
        }
    }

    private func key(_ name: String) throws(ObjectStoreError) -> ObjectKey {
        try ObjectKey(folder: place.key, name: "\(ArtifactLocation.reservedFolder)/shared/\(name)")
    }

    @discardableResult
    private func call<Value: Sendable>(
        for reader: Reader = .server,
        _ body:
            @escaping @Sendable (
                any ObjectStore, ContinuousClock.Instant
            ) throws(ObjectStoreError) -> Value
    ) async throws(ServiceError) -> Value {
        let place = place
        let semaphore = reader == .server ? calls : callersReads
        return try await semaphore.withPlace { () throws(ServiceError) in
            try await onOwnThread(named: "shared folder") { () throws(ServiceError) in
                do throws(ObjectStoreError) {
                    return try body(place.store, .now + Self.timeMax)
                } catch {
                    throw ServiceError(error, place.input)
                }
            }
        }
    }
}
