// SPDX-License-Identifier: Apache-2.0

import Digest

/// Reads one generation of an artifact, and trusts only what its manifest names.
package struct ArtifactReader: Sendable {
    private let history: ArtifactHistory
    private let found: ArtifactHistory.Found

    /// Where the artifact lies.
    package var location: ArtifactLocation { history.location }
    /// What the generation consists of.
    package var manifest: Manifest { found.manifest }
    /// The tag of the manifest that was read: another tag is another generation.
    package var manifestTag: ETag { found.tag }
    private var store: any ObjectStore { history.store }

    /// Reads the manifest.
    /// - Parameter generation: the generation to pin; nil for the current one.
    /// - Throws: `notFound` without a manifest, `corrupted`, and what any storage may.
    package init(
        _ location: ArtifactLocation,
        generation: Generation? = nil,
        in store: any ObjectStore,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        history = ArtifactHistory(location, in: store)
        if let generation {
            found = try history.found(generation, deadline: deadline)
        } else {
            found = try history.current(deadline: deadline)
        }
    }

    /// Reads a generation whose manifest has been read.
    init(_ found: ArtifactHistory.Found, on history: ArtifactHistory) {
        (self.found, self.history) = (found, history)
    }

    /// Delivers an object to `sink` and checks size and SHA-256 at its end: the bytes may be used
    /// once this returns.
    /// - Throws: `notFound` for a name the manifest does not have, `corrupted`, what `sink`
    ///   throws, and what any storage may.
    package func get(
        _ name: String,
        deadline: ContinuousClock.Instant,
        into sink: ObjectStore.Sink
    ) throws(ObjectStoreError) {
        let entry = try entry(name)
        var hash = SHA256()
        var size = 0
        let options = ReadOptions(bytesMax: entry.size)
        do throws(ObjectStoreError) {
            _ = try store.get(key(of: entry), options, deadline: deadline) {
                chunk throws(ObjectStoreError) in
                hash.update(chunk)
                size += chunk.count
                try sink(chunk)
            }
        } catch .tooLarge {
            throw .corrupted(.size(expected: entry.size, actual: entry.size + 1))
        }
        if size != entry.size { throw .corrupted(.size(expected: entry.size, actual: size)) }
        if Hex.encode(hash.finalize()) != entry.sha256 { throw .corrupted(.checksum) }
    }

    /// Reads an object into memory; once more if the first bytes are not the ones stored.
    /// - Throws: as `get(_:deadline:into:)`; `tooLarge` above `bytesMax`, before anything is read.
    package func bytes(
        _ name: String,
        bytesMax: Int,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [UInt8] {
        if try entry(name).size > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        var bytes: [UInt8] = []
        try retryingCorruption { () throws(ObjectStoreError) in
            bytes.removeAll(keepingCapacity: true)
            try get(name, deadline: deadline) { chunk throws(ObjectStoreError) in
                bytes.append(chunk)
            }
        }
        return bytes
    }

    /// The object as a memory map: of the store itself if it is local, else of a copy in
    /// `scratch`, which the caller deletes.
    /// - Throws: as `get(_:deadline:into:)`, and what `scratch` may.
    package func map(
        _ name: String,
        scratch: LocalStore,
        as scratchKey: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> MappedObject {
        let entry = try entry(name)
        if let mapped = try store.map(key(of: entry)) {
            return try Self.verified(mapped, entry)
        }
        try retryingCorruption { () throws(ObjectStoreError) in
            try scratch.put(scratchKey, deadline: deadline) { sink throws(ObjectStoreError) in
                try get(name, deadline: deadline, into: sink)
            }
        }
        guard let mapped = try scratch.map(scratchKey) else { throw .notFound }
        return mapped
    }

    // MARK: - Private

    private func entry(_ name: String) throws(ObjectStoreError) -> Manifest.Entry {
        guard let entry = manifest.entry(name) else { throw .notFound }
        return entry
    }

    private func key(of entry: Manifest.Entry) throws(ObjectStoreError) -> ObjectKey {
        try history.key(entry, of: found)
    }

    private static func verified(
        _ mapped: consuming MappedObject,
        _ entry: Manifest.Entry
    ) throws(ObjectStoreError) -> MappedObject {
        if mapped.metadata.size != entry.size {
            throw .corrupted(.size(expected: entry.size, actual: mapped.metadata.size))
        }
        let digest = mapped.withBytes { bytes in
            var hash = SHA256()
            hash.update(bytes)
            return Hex.encode(hash.finalize())
        }
        if digest != entry.sha256 { throw .corrupted(.checksum) }
        return mapped
    }

    /// A body that was damaged on its way is right the second time; one that was damaged in the
    /// store is not.
    private func retryingCorruption(
        _ read: () throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            try read()
        } catch .corrupted {
            try read()
        }
    }
}
