// SPDX-License-Identifier: Apache-2.0

import Digest

extension ArtifactHistory {
    /// Larger objects are not read to prove what they are.
    private static let provenBytesMax = 64 << 20

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
        // Manifests first: what is listed is whole. What is left of the rest is found here again.
        for folder in [ArtifactLocation.manifests, ArtifactLocation.objects] {
            let prefix = try location.own(folder).name
            for object in try list(prefix, deadline: deadline) {
                let name = object.key.name.dropFirst(prefix.count)
                guard let generation = Generation(name.prefix(Generation.length)),
                    generation < oldest
                else { continue }
                try store.delete(object.key, deadline: deadline)
            }
        }
        for generation in try legacyGenerations(deadline: deadline) where generation < oldest {
            try removeLegacy(generation, deadline: deadline)
        }
    }

    /// Removes a generation of the first layout: what its manifest lists, where it is still that,
    /// then the manifest.
    private func removeLegacy(
        _ generation: Generation,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let found: Found
        do throws(ObjectStoreError) {
            found = try legacy(generation, deadline: deadline)
        } catch .corrupted {
            // What it lists is not known.
            return
        }
        for entry in found.manifest.entries {
            let key = try key(entry, of: found)
            if try isObject(entry, at: key, deadline: deadline) {
                try store.delete(key, deadline: deadline)
            }
        }
        try store.delete(location.legacyManifest(generation), deadline: deadline)
        do throws(ObjectStoreError) {
            let current = try legacy(nil, deadline: deadline)
            guard current.manifest.generation == generation else { return }
            try store.delete(location.legacyManifest(), deadline: deadline)
        } catch .notFound {
            return
        } catch .corrupted {
            return
        }
    }

    /// Whether an object in a place of the first layout is the one that a manifest lists, and not
    /// one of another artifact of that name.
    private func isObject(
        _ entry: Manifest.Entry,
        at key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        do throws(ObjectStoreError) {
            let present = try store.head(key, deadline: deadline)
            guard present.size == entry.size else { return false }
            let copies = PlainCopies(location, in: store)
            if try copies.isMainOfAnother(key.lastComponent, deadline: deadline) { return false }
            guard entry.size <= Self.provenBytesMax else { return true }
            return try store.digest(key, present, deadline: deadline) == entry.sha256
        } catch .notFound {
            return false
        } catch .notRegularFile {
            return false
        }
    }
}

extension ObjectStore {
    /// SHA-256 of one version of an object, as a manifest spells it.
    func digest(
        _ key: ObjectKey,
        _ version: ObjectMetadata,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> String {
        var hash = SHA256()
        let options = ReadOptions(ifMatch: version.etag)
        _ = try get(key, options, deadline: deadline) { chunk in hash.update(chunk) }
        return Hex.encode(hash.finalize())
    }
}
