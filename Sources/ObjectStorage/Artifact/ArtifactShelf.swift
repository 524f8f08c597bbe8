// SPDX-License-Identifier: Apache-2.0

/// The generations of one artifact.
package struct ArtifactShelf: Sendable {
    private let location: ArtifactLocation
    private let store: any ObjectStore

    /// The shelf at `location`.
    package init(_ location: ArtifactLocation, in store: any ObjectStore) {
        self.location = location
        self.store = store
    }

    /// The most objects of a folder that are looked at.
    package static let objectsMax = 100_000

    /// The generations with a manifest of their own, oldest first.
    package func generations(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [Generation] {
        let prefix = try location.manifest().name + "."
        let found = try store.list(
            prefix: prefix,
            countMax: Self.objectsMax,
            deadline: deadline
        )
        return found.compactMap { Generation($0.key.name.dropFirst(prefix.count)) }.sorted()
    }

    /// Makes an earlier generation the current one.
    /// - Parameter notes: added to the metadata that readers of the current generation see.
    /// - Returns: what did not succeed once the generation was the current one.
    /// - Throws: `notFound` for a generation that is gone, `preconditionFailed` if another writer
    ///   was faster, and what storage may; nothing once the generation is current.
    package func rollback(
        to generation: Generation,
        notes: [String: String] = [:],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ArtifactWarning] {
        let current = try store.head(location.manifest(), deadline: deadline).etag
        let reader = try ArtifactReader(
            location,
            generation: generation,
            in: store,
            deadline: deadline
        )
        for entry in reader.manifest.entries {
            _ = try store.head(location.object(entry.name, generation), deadline: deadline)
        }
        let manifest = Manifest(
            generation: generation,
            entries: reader.manifest.entries,
            metadata: reader.manifest.metadata.merging(notes) { $1 }
        )
        try store.put(
            location.manifest(),
            manifest.text,
            .ifMatch(current),
            deadline: deadline
        )
        return publish(reader.manifest, deadline: deadline)
    }

    /// Copies the objects of a generation to their plain names.
    /// - Returns: the copies that did not succeed.
    func publish(
        _ manifest: Manifest,
        deadline: ContinuousClock.Instant
    ) -> [ArtifactWarning] {
        manifest.entries.compactMap { entry in
            do throws(ObjectStoreError) {
                try store.copy(
                    location.object(entry.name, manifest.generation),
                    to: location.object(entry.name),
                    deadline: deadline
                )
                return nil
            } catch {
                return .notCopied(name: entry.name, error)
            }
        }
    }

    /// Removes generations older than the newest `count`, but never `current`.
    ///
    /// Also what writers left that died: only objects older than all that are kept are touched,
    /// so that a writer at work keeps its own.
    func prune(
        keeping count: Int,
        current: Manifest,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let kept = Set(try generations(deadline: deadline).suffix(max(1, count)))
            .union([current.generation])
        guard let oldest = kept.min() else { return }
        var prefixes: [String] = []
        for entry in current.entries { prefixes.append(try location.object(entry.name).name + ".") }
        // Manifests last: while there is one, its generation can be found and removed again.
        prefixes.append(try location.manifest().name + ".")
        for prefix in prefixes {
            let found = try store.list(
                prefix: prefix,
                countMax: Self.objectsMax,
                deadline: deadline
            )
            for object in found {
                let suffix = object.key.name.dropFirst(prefix.count)
                guard let generation = Generation(suffix), generation < oldest else { continue }
                try store.delete(object.key, deadline: deadline)
            }
        }
    }
}
