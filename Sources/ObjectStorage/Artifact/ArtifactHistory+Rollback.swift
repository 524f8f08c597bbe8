// SPDX-License-Identifier: Apache-2.0

extension ArtifactHistory {
    /// Makes an earlier generation the current one.
    /// - Parameter notes: added to the metadata that readers of the current generation see.
    /// - Returns: what could not be done after that.
    /// - Throws: `notFound` for a generation that is gone, `preconditionFailed` if another writer
    ///   was faster, and what storage may. Nothing is changed then.
    package func rollback(
        to generation: Generation,
        notes: [String: String] = [:],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [ArtifactWarning] {
        let replaced: ETag?
        do throws(ObjectStoreError) {
            replaced = try store.head(location.manifest(), deadline: deadline).etag
        } catch .notFound {
            replaced = nil
        }
        let target = try found(generation, deadline: deadline)
        if target.isLegacy {
            try bringOver(target, deadline: deadline)
        } else {
            // What does not read is not made current.
            let reader = ArtifactReader(target, on: self)
            for entry in target.manifest.entries {
                try reader.get(entry.name, deadline: deadline) { _ in }
            }
        }
        // It has been current before, so that it counts already.
        try record(target.manifest, deadline: deadline)
        let manifest = Manifest(
            generation: generation,
            entries: target.manifest.entries,
            metadata: target.manifest.metadata.merging(notes) { $1 }
        )
        let warnings: [ArtifactWarning]
        do throws(SwapFailure) {
            warnings = try swap(to: manifest, replacing: replaced, deadline: deadline)
        } catch {
            throw error.error
        }
        return warnings + settle(manifest, generationsKept: nil, deadline: deadline)
    }

    /// Copies the objects of a generation from the first layout.
    private func bringOver(
        _ found: Found,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let reader = ArtifactReader(found, on: self)
        for entry in found.manifest.entries {
            let bytes = try reader.bytes(entry.name, bytesMax: .max, deadline: deadline)
            let target = try location.object(entry.name, found.manifest.generation)
            try store.put(target, bytes, .always, deadline: deadline)
        }
    }
}
