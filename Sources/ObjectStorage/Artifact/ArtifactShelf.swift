// SPDX-License-Identifier: Apache-2.0

/// The generations of one artifact.
///
/// A generation counts once the current manifest has named it. Its own manifest follows that: until
/// it is there, the current one stands for it.
package struct ArtifactShelf: Sendable {
    let location: ArtifactLocation
    let store: any ObjectStore

    /// The shelf at `location`.
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
        do throws(ObjectStoreError) {
            all.insert(try current(deadline: deadline).manifest.generation)
        } catch .notFound {
            // There has been no swap.
        } catch .corrupted {
            // The others have manifests of their own.
        }
        return all.sorted()
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
        let prefix = try location.legacyManifest().name + "."
        var found: [Generation] = []
        for object in try list(prefix, deadline: deadline) {
            guard let generation = Generation(object.key.name.dropFirst(prefix.count)) else {
                continue
            }
            do throws(ObjectStoreError) {
                found.append(try legacy(generation, deadline: deadline).manifest.generation)
            } catch .notFound {
                continue
            } catch .corrupted {
                // It is one, and whoever asks for it is told what is wrong.
                found.append(generation)
            }
        }
        return found
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
