// SPDX-License-Identifier: Apache-2.0

import Digest

/// Writes one generation of an artifact: its objects, then the current manifest, then the rest.
///
/// Until `commit` nothing changes for readers, and nothing counts: what a refused or dead writer
/// leaves is named by no manifest. Of several writers that began with the same
/// generation the first to commit wins; the others get `preconditionFailed`. A writer that does
/// not commit is to be aborted; what it leaves when it dies goes with the retention of a later one.
package struct ArtifactWriter: ~Copyable {
    /// Generations that stay readable after a commit, the new one included, unless the caller says
    /// otherwise.
    package static let generationsKept = 3

    /// The generation being written.
    package let generation: Generation
    private let location: ArtifactLocation
    private let store: any ObjectStore
    private let replaced: ETag?
    private var entries: [Manifest.Entry] = []
    private var written: [ObjectKey] = []
    /// Objects that were staged with their copies, by name.
    private var staged: [String: any StagedObject] = [:]

    /// Begins a generation of a given name, after the current one if there is any.
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
        replaced = try Self.current(location, in: store, deadline: deadline)
    }

    /// Begins a generation that sorts after all that are stored, whatever the clocks of their
    /// writers said: the order of generations is that of their storing.
    /// - Parameter now: the time of day in seconds since 1970, UTC.
    /// - Throws: what reading the current manifest and finding the newest generation may.
    package init(
        _ location: ArtifactLocation,
        now: Double,
        in store: any ObjectStore,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let replaced = try Self.current(location, in: store, deadline: deadline)
        // Listed after that: a generation that is stored later makes this one lose its race.
        let newest = try ArtifactHistory(location, in: store).newest(deadline: deadline)
        self.location = location
        self.store = store
        self.replaced = replaced
        generation = Generation(now: now, after: newest)
    }

    /// The tag of the manifest that is to be replaced; nil where there is none.
    private static func current(
        _ location: ArtifactLocation,
        in store: any ObjectStore,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ETag? {
        do throws(ObjectStoreError) {
            return try store.head(location.manifest(), deadline: deadline).etag
        } catch .notFound {
            return nil
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
        let key = try key(ofNew: name)
        let tee = HashingSource(source)
        try store.put(key, .ifAbsent, deadline: deadline, from: tee.source)
        written.append(key)
        entries.append(Manifest.Entry(name: name, size: tee.size, sha256: tee.digest))
    }

    /// Where a large object can be made piece by piece, if the store has that.
    /// - Throws: `invalidKey` for a name that `Manifest.isName` refuses.
    package func stage(of name: String) throws(ObjectStoreError) -> ObjectStage {
        ObjectStage(
            key: try location.object(name, generation),
            copyKey: try location.plain(name),
            store: store
        )
    }

    /// Writes an object that was made in its stage.
    /// - Throws: as `write(_:from:deadline:)`.
    package mutating func write(
        _ name: String,
        from object: any StagedObject,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let key = try key(ofNew: name)
        let (size, sha256) = try object.finish()
        try store.put(key, .ifAbsent, deadline: deadline, from: object)
        written.append(key)
        staged[name] = object
        entries.append(Manifest.Entry(name: name, size: size, sha256: sha256))
    }

    private func key(ofNew name: String) throws(ObjectStoreError) -> ObjectKey {
        guard Manifest.isName(name), !entries.contains(where: { $0.name == name }) else {
            throw .invalidKey(.component)
        }
        if entries.count >= Manifest.entriesMax {
            throw .tooManyObjects(countMax: Manifest.entriesMax)
        }
        return try location.object(name, generation)
    }

    /// Makes the generation the current one, copies it to the plain names and removes old
    /// generations.
    /// - Parameters:
    ///   - metadata: notes for the readers.
    ///   - generationsKept: how many generations stay readable, at least 1.
    /// - Returns: the manifest as stored, and what did not succeed once it was.
    /// - Throws: `preconditionFailed` if another writer was faster, and what storage may. The
    ///   generation is not the current one then, and its objects are removed where they can be.
    ///   They stay where the store has not said what became of the manifest: it may yet name them.
    package consuming func commit(
        metadata: [String: String] = [:],
        generationsKept: Int = Self.generationsKept,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ArtifactCommit {
        let manifest = Manifest(generation: generation, entries: entries, metadata: metadata)
        let history = ArtifactHistory(location, in: store)
        do throws(ObjectStoreError) {
            try verifyObjects(deadline: deadline)
        } catch {
            abort(deadline: deadline)
            throw error
        }
        var warnings: [ArtifactWarning]
        do throws(SwapFailure) {
            warnings = try history.swap(to: manifest, replacing: replaced, deadline: deadline)
        } catch {
            if !error.mayHaveHappened { removeWritten(unlessCurrent: manifest, deadline: deadline) }
            throw error.error
        }
        warnings += history.settle(
            manifest,
            copies: staged,
            generationsKept: generationsKept,
            deadline: deadline
        )
        return ArtifactCommit(manifest: manifest, warnings: warnings)
    }

    /// Removes what was written.
    package consuming func abort(deadline: ContinuousClock.Instant) {
        for key in written { try? store.delete(key, deadline: deadline) }
    }

    // MARK: - Private

    /// A store may answer a write well and lose it; the manifest must not name such an object.
    ///
    /// Sizes are compared, not tags: a tag is no checksum, and some stores answer another one to a
    /// write than to a look.
    private func verifyObjects(deadline: ContinuousClock.Instant) throws(ObjectStoreError) {
        for (key, entry) in zip(written, entries) {
            let present = try store.head(key, deadline: deadline)
            guard present.size == entry.size else {
                throw .corrupted(.size(expected: entry.size, actual: present.size))
            }
        }
    }

    /// Where it cannot be known whether the generation is in use, its objects stay.
    private func removeWritten(
        unlessCurrent manifest: Manifest,
        deadline: ContinuousClock.Instant
    ) {
        do throws(ObjectStoreError) {
            let current = try ArtifactHistory(location, in: store).current(deadline: deadline)
            if current.manifest.generation == generation { return }
        } catch .notFound {
            // No generation is in use.
        } catch {
            return
        }
        for key in written { try? store.delete(key, deadline: deadline) }
    }
}

/// Where an object of a generation, and its copy, can be made piece by piece.
package struct ObjectStage: Sendable {
    /// Objects from this length on are worth it.
    package static let bytesMin = 16 << 20

    fileprivate let key: ObjectKey
    fileprivate let copyKey: ObjectKey
    fileprivate let store: any ObjectStore

    /// Begins the object; nil where the store takes objects as a whole only.
    /// - Throws: what a write may.
    package func begin() throws(ObjectStoreError) -> (any StagedObject)? {
        try store.stage(key, copyKey: copyKey)
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

    var source: ObjectSource { ObjectSource(length: inner.length, read: read) }

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
