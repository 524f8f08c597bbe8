// SPDX-License-Identifier: Apache-2.0

/// Why a manifest was not seen to become the current one.
struct SwapFailure: Error, Equatable {
    /// What the store reported; `preconditionFailed` if another writer was faster.
    let error: ObjectStoreError
    /// Whether the manifest may be the current one all the same, or become it: a write whose answer
    /// did not come may still be on its way.
    let mayHaveHappened: Bool
}

extension ArtifactHistory {
    /// Makes a manifest the current one: the moment from which its generation counts.
    /// - Parameter replaced: the tag of the manifest to replace; nil where there is none.
    /// - Returns: a warning where the store reported an error, and the manifest is the current one.
    func swap(
        to manifest: Manifest,
        replacing replaced: ETag?,
        deadline: ContinuousClock.Instant
    ) throws(SwapFailure) -> [ArtifactWarning] {
        do throws(ObjectStoreError) {
            try recordCurrent(replaced, deadline: deadline)
        } catch {
            throw SwapFailure(error: error, mayHaveHappened: false)
        }
        do throws(ObjectStoreError) {
            try store.put(
                location.manifest(),
                manifest.text,
                replaced.map { .ifMatch($0) } ?? .ifAbsent,
                deadline: deadline
            )
            return []
        } catch {
            // The answer to a write that worked may be lost.
            guard isCurrent(manifest, deadline: deadline) else {
                throw SwapFailure(error: error, mayHaveHappened: !error.isRefusalOfAWrite)
            }
            return [.notConfirmed(manifest.generation, error)]
        }
    }

    /// What follows a swap: the generation is in use, so that nothing here is a failure of it.
    /// - Parameters:
    ///   - copies: objects that were staged with their copies under plain names.
    ///   - generationsKept: older ones are removed; nil removes none.
    func settle(
        _ manifest: Manifest,
        copies: [String: any StagedObject] = [:],
        generationsKept: Int?,
        deadline: ContinuousClock.Instant
    ) -> [ArtifactWarning] {
        var warnings: [ArtifactWarning] = []
        do throws(ObjectStoreError) {
            try record(manifest, deadline: deadline)
        } catch {
            warnings.append(.notListed(manifest.generation, error))
        }
        warnings += PlainCopies(location, in: store).publish(
            manifest,
            copies: copies,
            deadline: deadline
        )
        guard let generationsKept else { return warnings }
        do throws(ObjectStoreError) {
            try prune(keeping: generationsKept, current: manifest, deadline: deadline)
        } catch {
            warnings.append(.notPruned(error))
        }
        return warnings
    }

    /// Stores a generation's own manifest, unless there is one.
    func record(
        _ manifest: Manifest,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        let key = try location.manifest(manifest.generation)
        do throws(ObjectStoreError) {
            _ = try store.head(key, deadline: deadline)
        } catch .notFound {
            do throws(ObjectStoreError) {
                try store.put(key, manifest.text, .ifAbsent, deadline: deadline)
            } catch .preconditionFailed {
                // Someone else has repaired it.
            }
        }
    }

    /// Once it is replaced, only its own manifest leads to a generation. Its writer may have died
    /// before that was stored.
    private func recordCurrent(
        _ replaced: ETag?,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        guard let replaced else { return }
        let current: Found
        do throws(ObjectStoreError) {
            current = try currentHere(deadline: deadline)
        } catch .notFound {
            throw .preconditionFailed
        } catch .corrupted {
            // What cannot be read names no generation; the swap repairs it.
            return
        }
        guard current.tag == replaced else { throw .preconditionFailed }
        try record(current.manifest, deadline: deadline)
    }

    private func isCurrent(_ manifest: Manifest, deadline: ContinuousClock.Instant) -> Bool {
        do throws(ObjectStoreError) {
            return try currentHere(deadline: deadline).manifest == manifest
        } catch {
            return false
        }
    }
}

extension ObjectStoreError {
    /// Whether a write that ends with this error has not happened and will not: the store has said
    /// so, or was not asked.
    fileprivate var isRefusalOfAWrite: Bool {
        switch self {
        case .noSuchBucket, .permissionDenied, .credentialsRefused, .clockSkew,
            .preconditionFailed, .invalidKey, .invalidBucketName, .notRegularFile, .tooLarge,
            .wrongRegion, .redirected, .refused, .unwritable, .unusable, .outOfSpace,
            .tooManyOpenFiles:
            true
        case .notFound, .notModified, .tooManyObjects, .rangeNotSatisfiable, .system,
            .corrupted, .unavailable, .deadlineExceeded, .noCredentials, .malformedAnswer,
            .endlessListing, .stopped:
            false
        }
    }
}
