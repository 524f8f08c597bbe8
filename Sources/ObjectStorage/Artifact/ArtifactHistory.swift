// SPDX-License-Identifier: Apache-2.0

/// The generations of one artifact.
///
/// A generation counts once the current manifest has named it. Its own manifest follows that: until
/// it is there, the current one stands for it.
package struct ArtifactHistory: Sendable {
    let location: ArtifactLocation
    let store: any ObjectStore

    /// The history at `location`.
    package init(_ location: ArtifactLocation, in store: any ObjectStore) {
        self.location = location
        self.store = store
    }

    /// The most objects of a folder that are looked at.
    package static let objectsMax = 100_000

    /// A manifest, and where it was found.
    struct Found {
        let manifest: Manifest
        /// The tag of the object that holds the manifest.
        let tag: ETag
        /// Whether the objects lie in the first layout.
        let isLegacy: Bool
    }

    // MARK: Manifests

    /// The manifest of the current generation.
    /// - Throws: `notFound` without one, `corrupted`, and what storage may.
    func current(deadline: ContinuousClock.Instant) throws(ObjectStoreError) -> Found {
        do throws(ObjectStoreError) {
            return try currentHere(deadline: deadline)
        } catch .notFound {
            return try legacy(nil, deadline: deadline)
        }
    }

    /// The same, where the artifact has moved on from the first layout.
    func currentHere(deadline: ContinuousClock.Instant) throws(ObjectStoreError) -> Found {
        try read(location.manifest(), deadline: deadline)
    }

    /// The manifest of a given generation.
    /// - Throws: as `current(deadline:)`.
    func found(
        _ generation: Generation,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Found {
        do throws(ObjectStoreError) {
            let found = try read(location.manifest(generation), deadline: deadline)
            guard found.manifest.generation == generation else { throw .corrupted(.manifest) }
            return found
        } catch .notFound {
            do throws(ObjectStoreError) {
                let current = try currentHere(deadline: deadline)
                if current.manifest.generation == generation { return current }
            } catch .notFound {
                // Nothing has been written in this layout.
            } catch .corrupted {
                // Another generation may be whole.
            }
            return try legacy(generation, deadline: deadline)
        }
    }

    /// The version of the current generation, to compare.
    /// - Throws: as `current(deadline:)`.
    package func tag(deadline: ContinuousClock.Instant) throws(ObjectStoreError) -> ETag {
        do throws(ObjectStoreError) {
            return try store.head(location.manifest(), deadline: deadline).etag
        } catch .notFound {
            return try legacy(nil, deadline: deadline).tag
        }
    }

    /// The generations, oldest first.
    /// - Throws: what listing and reading may.
    package func generations(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [Generation] {
        let prefix = try location.own(ArtifactLocation.manifests).name
        let listed = try list(prefix, deadline: deadline)
        var all = Set(listed.compactMap { Generation($0.key.name.dropFirst(prefix.count)) })
        all.formUnion(try legacyGenerations(deadline: deadline))
        if let current = try readableCurrent(deadline: deadline) { all.insert(current) }
        return all.sorted()
    }

    /// The newest generation; nil where there is none. Of the manifests in the first layout only
    /// those are read that could be newer than all others.
    /// - Throws: what listing and reading may.
    func newest(deadline: ContinuousClock.Instant) throws(ObjectStoreError) -> Generation? {
        let prefix = try location.own(ArtifactLocation.manifests).name
        let listed = try list(prefix, deadline: deadline)
        var newest = listed.compactMap { Generation($0.key.name.dropFirst(prefix.count)) }.max()
        if let current = try readableCurrent(deadline: deadline) {
            newest = max(newest ?? current, current)
        }
        let older = newest
        let candidates = try legacyNames(deadline: deadline).filter { name in
            older.map { name > $0 } ?? true
        }
        for generation in candidates.sorted(by: >)
        where try isLegacy(generation, deadline: deadline) {
            return generation
        }
        return newest
    }

    /// The current generation; nil where none is current, or where its manifest is damaged: the
    /// others have manifests of their own.
    private func readableCurrent(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Generation? {
        do throws(ObjectStoreError) {
            return try current(deadline: deadline).manifest.generation
        } catch .notFound {
            return nil
        } catch .corrupted {
            return nil
        }
    }

    // MARK: The first layout

    /// A manifest in the first layout. An object in its place that does not call itself a manifest,
    /// or that lists another artifact, is someone else's.
    func legacy(
        _ generation: Generation?,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Found {
        let text: [UInt8]
        let metadata: ObjectMetadata
        do throws(ObjectStoreError) {
            let key = try location.legacyManifest(generation)
            (text, metadata) = try store.get(key, bytesMax: Manifest.bytesMax, deadline: deadline)
        } catch .tooLarge {
            throw .notFound
        } catch .notRegularFile {
            throw .notFound
        }
        guard Manifest.isManifest(text) else { throw .notFound }
        let manifest = try Manifest(text: text)
        guard manifest.entry(location.main) != nil else { throw .notFound }
        if let generation, generation != manifest.generation { throw .corrupted(.manifest) }
        return Found(manifest: manifest, tag: metadata.etag, isLegacy: true)
    }

    /// The generations in the first layout.
    func legacyGenerations(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [Generation] {
        var found: [Generation] = []
        for generation in try legacyNames(deadline: deadline)
        where try isLegacy(generation, deadline: deadline) {
            found.append(generation)
        }
        return found
    }

    /// What is named as manifests in the first layout are; whether they are is not known yet.
    private func legacyNames(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [Generation] {
        let prefix = try location.legacyManifest().name + "."
        return try list(prefix, deadline: deadline).compactMap { object in
            Generation(object.key.name.dropFirst(prefix.count))
        }
    }

    private func isLegacy(
        _ generation: Generation,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        do throws(ObjectStoreError) {
            _ = try legacy(generation, deadline: deadline)
            return true
        } catch .notFound {
            return false
        } catch .corrupted {
            // It is one, and reading it reports what is wrong.
            return true
        }
    }

    // MARK: Objects

    /// Where an object of a generation lies.
    func key(_ entry: Manifest.Entry, of found: Found) throws(ObjectStoreError) -> ObjectKey {
        let generation = found.manifest.generation
        return found.isLegacy
            ? try location.legacyObject(entry.name, generation)
            : try location.object(entry.name, generation)
    }

    func list(
        _ prefix: String,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ListedObject] {
        try store.list(prefix: prefix, countMax: Self.objectsMax, deadline: deadline)
    }

    private func read(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Found {
        let (text, metadata) = try store.get(
            key,
            bytesMax: Manifest.bytesMax,
            deadline: deadline
        )
        return Found(manifest: try Manifest(text: text), tag: metadata.etag, isLegacy: false)
    }
}
