// SPDX-License-Identifier: Apache-2.0

/// The copies of an artifact's current generation under plain names, for other tools.
///
/// Others may write to these names as well, so that a copy is replaced only where it is known as
/// one: by the tag that the last one left, or by content that a generation of the artifact has. The
/// record of tags is a manifest of the copies with the tags as its notes.
package struct PlainCopies: Sendable {
    private let location: ArtifactLocation
    private let store: any ObjectStore

    /// The copies of the artifact at `location`.
    package init(_ location: ArtifactLocation, in store: any ObjectStore) {
        self.location = location
        self.store = store
    }

    /// Larger objects are copied within the store, which cannot be conditioned, and not by way of
    /// memory.
    private static let conditionalBytesMax = 8 << 20

    private static func tagNote(_ name: String) -> String { "tag.\(name)" }

    /// What lies under a plain name.
    private enum Standing: Equatable {
        case free
        case copy(ETag)
        case foreign
    }

    // MARK: Questions

    /// Those of some plain names under which an object lies that is no copy of this artifact.
    /// - Throws: what storage may.
    package func foreign(
        among names: [String],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [String] {
        let record = try record(deadline: deadline)
        var foreign: [String] = []
        for name in names {
            do throws(ObjectStoreError) {
                let standing = try standing(name, record, deadline: deadline)
                if standing == .foreign { foreign.append(name) }
            } catch .notRegularFile {
                // No object. A copy cannot be made there, which is reported when it is tried.
            }
        }
        return foreign
    }

    /// The version of a plain copy, to compare; nil where there is none.
    /// - Throws: what storage may.
    package func tag(
        of name: String,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ETag? {
        do throws(ObjectStoreError) {
            return try store.head(location.plain(name), deadline: deadline).etag
        } catch .notFound {
            return nil
        } catch .notRegularFile {
            return nil
        } catch .permissionDenied {
            return nil
        }
    }

    /// Those of some objects of a generation whose plain name holds something else than the
    /// generation, because it was changed in place or could not be copied. A name that holds
    /// nothing, or the object of another artifact, is none of them.
    /// - Throws: what storage may.
    package func differing(
        from manifest: Manifest,
        among names: [String],
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> [String] {
        let record = try record(deadline: deadline)
        var differing: [String] = []
        for name in names {
            guard let entry = manifest.entry(name) else { continue }
            do throws(ObjectStoreError) {
                let key = try location.plain(name)
                let present = try store.head(key, deadline: deadline)
                let isSame =
                    if Self.isRecorded(present, name, in: record) {
                        record?.entry(name)?.sha256 == entry.sha256
                    } else if present.size == entry.size {
                        try store.digest(key, present, deadline: deadline) == entry.sha256
                    } else {
                        false
                    }
                if isSame { continue }
                if try !isMainOfAnother(name, deadline: deadline) { differing.append(name) }
            } catch .notFound {
                continue
            } catch .notRegularFile {
                continue
            }
        }
        return differing
    }

    /// Whether a name is the one under which another model of the folder is known.
    func isMainOfAnother(
        _ name: String,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Bool {
        if location.kind == .model, name == location.name { return false }
        guard Manifest.isName(name) else { return false }
        let other = try ArtifactLocation(folder: location.folder, name: name)
        do throws(ObjectStoreError) {
            _ = try ArtifactHistory(other, in: store).tag(deadline: deadline)
            return true
        } catch .notFound {
            return false
        } catch .corrupted {
            return true
        }
    }

    // MARK: Copying

    /// Copies the objects of the current generation, which does not fail for what fails here.
    /// - Parameter staged: objects that have a copy ready, by name.
    func publish(
        _ manifest: Manifest,
        copies staged: [String: any StagedObject],
        deadline: ContinuousClock.Instant
    ) -> [ArtifactWarning] {
        var warnings: [ArtifactWarning] = []
        // Without its record a copy is known by its content.
        let record = (try? self.record(deadline: deadline)) ?? nil
        var entries: [Manifest.Entry] = []
        var notes: [String: String] = [:]
        for entry in manifest.entries {
            var known = record?.entry(entry.name)
            var tag = record?.metadata[Self.tagNote(entry.name)]
            do throws(ObjectStoreError) {
                let ready = staged[entry.name]
                if let copied = try copy(entry, manifest, record, ready, deadline: deadline) {
                    (known, tag) = (entry, copied.value)
                } else {
                    warnings.append(.taken(name: entry.name))
                }
            } catch .preconditionFailed {
                warnings.append(.taken(name: entry.name))
            } catch {
                warnings.append(.notCopied(name: entry.name, error))
            }
            guard let known, let tag else { continue }
            entries.append(known)
            notes[Self.tagNote(entry.name)] = tag
        }
        // Copies of another format stay known as copies: they lie there until it is written again.
        for earlier in record?.entries ?? [] where manifest.entry(earlier.name) == nil {
            guard entries.count < Manifest.entriesMax,
                let tag = record?.metadata[Self.tagNote(earlier.name)]
            else { continue }
            entries.append(earlier)
            notes[Self.tagNote(earlier.name)] = tag
        }
        let copies = Manifest(generation: manifest.generation, entries: entries, metadata: notes)
        do throws(ObjectStoreError) {
            try store.put(location.published(), copies.text, deadline: deadline)
        } catch {
            warnings.append(.copiesNotRecorded(error))
        }
        return warnings
    }

    /// Copies one object.
    /// - Returns: the copy's tag; nil where something else lies in its place.
    private func copy(
        _ entry: Manifest.Entry,
        _ manifest: Manifest,
        _ record: Manifest?,
        _ ready: (any StagedObject)?,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ETag? {
        if try isMainOfAnother(entry.name, deadline: deadline) { return nil }
        let condition: WriteCondition
        switch try standing(entry.name, record, deadline: deadline) {
        case .free: condition = .ifAbsent
        case .copy(let tag): condition = .ifMatch(tag)
        case .foreign: return nil
        }
        let history = ArtifactHistory(location, in: store)
        let target = try location.plain(entry.name)
        if let ready {
            do throws(ObjectStoreError) {
                return try store.put(target, condition, deadline: deadline, from: ready).etag
            } catch .notFound {
                // The copy could not be written with the object.
            }
        }
        if entry.size > Self.conditionalBytesMax {
            let source = try location.object(entry.name, manifest.generation)
            try store.copy(source, to: target, deadline: deadline)
            return try store.head(target, deadline: deadline).etag
        }
        let reader = ArtifactReader(
            ArtifactHistory.Found(manifest: manifest, tag: ETag(""), isLegacy: false),
            on: history
        )
        let bytes = try reader.bytes(
            entry.name,
            bytesMax: Self.conditionalBytesMax,
            deadline: deadline
        )
        return try store.put(target, bytes, condition, deadline: deadline).etag
    }

    // MARK: Private

    private func standing(
        _ name: String,
        _ record: Manifest?,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Standing {
        let key = try location.plain(name)
        do throws(ObjectStoreError) {
            let present = try store.head(key, deadline: deadline)
            if Self.isRecorded(present, name, in: record) { return .copy(present.etag) }
            let known = try digests(of: name, size: present.size, record, deadline: deadline)
            guard !known.isEmpty else { return .foreign }
            let digest = try store.digest(key, present, deadline: deadline)
            return known.contains(digest) ? .copy(present.etag) : .foreign
        } catch .notFound {
            return .free
        } catch .preconditionFailed {
            // It is being written, and not by the writer of this artifact.
            return .foreign
        }
    }

    private static func isRecorded(
        _ present: ObjectMetadata,
        _ name: String,
        in record: Manifest?
    ) -> Bool {
        guard let record, let entry = record.entry(name) else { return false }
        return entry.size == present.size && record.metadata[tagNote(name)] == present.etag.value
    }

    /// SHA-256 of all versions of an object that this artifact is known to have.
    private func digests(
        of name: String,
        size: Int,
        _ record: Manifest?,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Set<String> {
        let history = ArtifactHistory(location, in: store)
        var manifests = record.map { [$0] } ?? []
        for generation in try history.generations(deadline: deadline) {
            do throws(ObjectStoreError) {
                manifests.append(try history.found(generation, deadline: deadline).manifest)
            } catch .notFound {
                continue
            } catch .corrupted {
                continue
            }
        }
        let entries = manifests.compactMap { $0.entry(name) }
        return Set(entries.filter { $0.size == size }.map(\.sha256))
    }

    private func record(
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> Manifest? {
        do throws(ObjectStoreError) {
            let text = try store.get(
                location.published(),
                bytesMax: Manifest.bytesMax,
                deadline: deadline
            ).bytes
            return try Manifest(text: text)
        } catch .notFound {
            return nil
        } catch .corrupted {
            return nil
        }
    }
}
