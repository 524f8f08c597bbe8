// SPDX-License-Identifier: Apache-2.0

import Crypto

/// Writes one generation of an artifact: its objects, then its manifest.
///
/// Until `commit` nothing changes for readers. Of several writers that began with the same
/// generation the first to commit wins; the others get `preconditionFailed`. A writer that does
/// not commit is to be aborted; what it leaves when it dies goes with the retention of a later one.
package struct ArtifactWriter: ~Copyable {
    /// Generations that stay readable after a commit, the new one included, unless told otherwise.
    package static let generationsKept = 3

    /// The generation being written.
    package let generation: Generation
    private let location: ArtifactLocation
    private let store: any ObjectStore
    private let replaced: ETag?
    private var entries: [Manifest.Entry] = []
    private var written: [(key: ObjectKey, etag: ETag)] = []

    /// Begins a generation, after the current one if there is any.
    /// - Throws: what reading the current manifest's tag may.
    package init(
        _ location: ArtifactLocation,
        generation: Generation,
        in store: any ObjectStore,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        self.location = location
        self.generation = generation
        self.store = store
        do throws(ObjectStoreError) {
            replaced = try store.head(location.manifest(), deadline: deadline).etag
        } catch .notFound {
            replaced = nil
        }
    }

    /// Writes one object; its size and SHA-256 are taken while it streams.
    /// - Throws: `invalidKey` for a name that `Manifest.isName` refuses or that was written
    ///   before, `tooManyObjects`, and what storage and `source` may.
    package mutating func write(
        _ name: String,
        from source: ObjectSource,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        guard Manifest.isName(name), !entries.contains(where: { $0.name == name }) else {
            throw .invalidKey(.component)
        }
        if entries.count >= Manifest.entriesMax {
            throw .tooManyObjects(countMax: Manifest.entriesMax)
        }
        let key = try location.object(name, generation)
        let tee = HashingSource(source)
        let stored = try store.put(key, .ifAbsent, deadline: deadline, from: tee.source)
        written.append((key, stored.etag))
        entries.append(Manifest.Entry(name: name, size: tee.size, sha256: tee.digest))
    }

    /// Makes the generation the current one, copies it to the plain names and removes old
    /// generations.
    /// - Parameters:
    ///   - metadata: notes for the readers.
    ///   - generationsKept: how many generations stay readable, at least 1.
    /// - Returns: the manifest as stored, and what did not succeed once it was the current one.
    /// - Throws: `preconditionFailed` if another writer was faster, and what storage may. The
    ///   objects of this generation are removed then, unless it is the current one already. Nothing
    ///   is thrown once the generation is current.
    package consuming func commit(
        metadata: [String: String] = [:],
        generationsKept: Int = Self.generationsKept,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ArtifactCommit {
        let manifest = Manifest(generation: generation, entries: entries, metadata: metadata)
        do throws(ObjectStoreError) {
            try verifyObjects(deadline: deadline)
            let pinned = try location.manifest(generation)
            let stored = try store.put(pinned, manifest.text, .ifAbsent, deadline: deadline)
            written.append((pinned, stored.etag))
            try store.put(
                location.manifest(),
                manifest.text,
                replaced.map { .ifMatch($0) } ?? .ifAbsent,
                deadline: deadline
            )
        } catch {
            removeWritten(unlessCurrent: manifest, deadline: deadline)
            throw error
        }
        let shelf = ArtifactShelf(location, in: store)
        var warnings = shelf.publish(manifest, deadline: deadline)
        do throws(ObjectStoreError) {
            try shelf.prune(keeping: generationsKept, current: manifest, deadline: deadline)
        } catch {
            warnings.append(.notPruned(name: location.name, error))
        }
        return ArtifactCommit(manifest: manifest, warnings: warnings)
    }

    /// Removes what was written.
    package consuming func abort(deadline: ContinuousClock.Instant) {
        for (key, _) in written { try? store.delete(key, deadline: deadline) }
    }

    // MARK: - Private

    /// A store may answer a write well and lose it; the manifest must not name such an object.
    private func verifyObjects(deadline: ContinuousClock.Instant) throws(ObjectStoreError) {
        for ((key, etag), entry) in zip(written, entries) {
            let present = try store.head(key, deadline: deadline)
            guard present.size == entry.size else {
                throw .corrupted(.size(expected: entry.size, actual: present.size))
            }
            guard present.etag == etag else { throw .corrupted(.checksum) }
        }
    }

    /// The answer to a write that succeeded may be lost: then the generation is in use.
    private func removeWritten(
        unlessCurrent manifest: Manifest,
        deadline: ContinuousClock.Instant
    ) {
        do throws(ObjectStoreError) {
            let current = try ArtifactReader(location, in: store, deadline: deadline)
            if current.manifest.generation == generation { return }
        } catch .notFound {
            // No generation is in use.
        } catch {
            return
        }
        for (key, _) in written { try? store.delete(key, deadline: deadline) }
    }
}

/// A source that counts and hashes what passes.
private final class HashingSource {
    private let inner: ObjectSource
    private var hash = SHA256()
    private(set) var size = 0

    init(_ inner: ObjectSource) {
        self.inner = inner
    }

    var digest: String { Hex.encode(hash.finalize()) }

    var source: ObjectSource {
        guard inner.rewind != nil else {
            return ObjectSource(length: inner.length, read: read)
        }
        return ObjectSource(length: inner.length, rewind: rewind, read: read)
    }

    private func rewind() throws(ObjectStoreError) {
        try inner.rewind?()
        (hash, size) = (SHA256(), 0)
    }

    private func read(
        _ buffer: inout [UInt8],
        _ bytesMax: Int
    ) throws(ObjectStoreError) {
        let before = buffer.count
        try inner.read(&buffer, bytesMax)
        hash.update(buffer.span.extracting(before..<buffer.count))
        size += buffer.count - before
    }
}
