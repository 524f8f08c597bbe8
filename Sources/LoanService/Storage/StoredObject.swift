// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import Logging
internal import ObjectStorage

/// One object of an artifact: read as its manifest says, or as it lies where there is no manifest,
/// because another tool wrote it.
struct StoredObject {
    let folder: StorageResolver.Resolved
    /// What the artifact is.
    var kind = ArtifactLocation.Kind.model
    /// Name of the artifact whose manifest lists the object.
    let artifact: String
    /// The generation to read; nil for the current one.
    var generation: Generation?
    let name: String
    let logger: Logger

    /// An object that is there: how much would be read.
    struct Found {
        /// Bytes of the object.
        let size: Int
        /// Nil for an object that another tool stored.
        fileprivate let reader: ArtifactReader?

        /// Nil for an object that another tool stored.
        var manifest: Manifest? { reader?.manifest }
    }

    /// An object as it was read.
    struct Content {
        let bytes: [UInt8]
        /// Another tag is another version.
        let tag: String
        /// Nil for an object that another tool stored.
        let manifest: Manifest?
        /// Sentences on files of the folder that differ from the object that was read.
        var warnings: [String] = []
    }

    /// Everything is read within this time.
    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    /// The version a read would give.
    func tag() throws(ServiceError) -> String {
        try translating { () throws(ObjectStoreError) in
            // A generation is never rewritten.
            if let generation { return generation.name }
            let plain = try copies().tag(of: name, deadline: deadline)
            do throws(ObjectStoreError) {
                let history = ArtifactHistory(try location(), in: folder.store)
                return Self.tag(try history.tag(deadline: deadline), plain)
            } catch .notFound {
                if let plain { return plain.value }
                return try folder.store.head(location().plain(name), deadline: deadline).etag.value
            }
        }
    }

    /// Looks for the object without reading it.
    func find() throws(ServiceError) -> Found {
        try translating { () throws(ObjectStoreError) in try Self.bounded(try findAny()) }
    }

    /// Another object of the generation that was found; nil where there is none.
    func companion(
        _ name: String,
        of found: Found
    ) throws(ServiceError) -> (object: StoredObject, found: Found)? {
        guard let reader = found.reader, let entry = reader.manifest.entry(name) else { return nil }
        let object = StoredObject(
            folder: folder,
            artifact: artifact,
            generation: generation,
            name: name,
            logger: logger
        )
        return try object.translating { () throws(ObjectStoreError) in
            (object, try Self.bounded(Found(size: entry.size, reader: reader)))
        }
    }

    private static func bounded(_ found: Found) throws(ObjectStoreError) -> Found {
        guard found.size <= ArtifactContainer.lengthMax else {
            throw .tooLarge(bytesMax: ArtifactContainer.lengthMax)
        }
        return found
    }

    private func findAny() throws(ObjectStoreError) -> Found {
        do throws(ObjectStoreError) {
            let reader = try ArtifactReader(
                location(),
                generation: generation,
                in: folder.store,
                deadline: deadline
            )
            guard let entry = reader.manifest.entry(name) else { throw .notFound }
            return Found(size: entry.size, reader: reader)
        } catch .notFound where generation == nil {
            let object = try location().plain(name)
            return Found(
                size: try folder.store.head(object, deadline: deadline).size,
                reader: nil
            )
        }
    }

    /// The bytes of a found object, verified against the manifest where there is one; never more
    /// of them than were found.
    func read(_ found: Found) throws(ServiceError) -> Content {
        try translating { () throws(ObjectStoreError) in
            if let reader = found.reader {
                return try read(found.size, reader)
            }
            let (bytes, metadata) = try folder.store.get(
                location().plain(name),
                bytesMax: found.size,
                deadline: deadline
            )
            return Content(bytes: bytes, tag: metadata.etag.value, manifest: nil)
        }
    }

    private func read(
        _ size: Int,
        _ reader: ArtifactReader
    ) throws(ObjectStoreError) -> Content {
        // Asked for before the rest: what changes meanwhile shows in the next tag.
        let plain = generation == nil ? try copies().tag(of: name, deadline: deadline) : nil
        let bytes = try reader.bytes(name, bytesMax: size, deadline: deadline)
        if let generation {
            return Content(bytes: bytes, tag: generation.name, manifest: reader.manifest)
        }
        let warnings = Self.differences(
            try copies(),
            reader.manifest,
            among: [name],
            deadline: deadline
        )
        for warning in warnings {
            logger.warning(
                "a file is not what is served",
                metadata: [LogKey.objectName: "\(name)", LogKey.error: "\(warning)"]
            )
        }
        return Content(
            bytes: bytes,
            tag: Self.tag(reader.manifestTag, plain),
            manifest: reader.manifest,
            warnings: warnings
        )
    }

    /// The plain copy is not served. It is part of the tag, so that the next load reports a file
    /// that was changed in place.
    private static func tag(_ manifest: ETag, _ plain: ETag?) -> String {
        manifest.value + (plain.map { " \($0.value)" } ?? "")
    }

    /// Sentences on plain copies that hold something else than the generation that is read.
    static func differences(
        _ copies: PlainCopies,
        _ manifest: Manifest,
        among names: [String],
        deadline: ContinuousClock.Instant
    ) -> [String] {
        do throws(ObjectStoreError) {
            return try copies.differing(from: manifest, among: names, deadline: deadline).map {
                "the file \($0) is not the one that was stored, and is not used: the generation "
                    + "\(manifest.generation) is; to use the file, give it another name"
            }
        } catch {
            return ["the files could not be compared with what was stored: \(error)"]
        }
    }

    private func copies() throws(ObjectStoreError) -> PlainCopies {
        PlainCopies(try location(), in: folder.store)
    }

    private func location() throws(ObjectStoreError) -> ArtifactLocation {
        switch kind {
        case .model: try .model(artifact, in: folder.key)
        case .prepared: try .prepared(in: folder.key)
        }
    }

    private func translating<Value>(
        _ body: () throws(ObjectStoreError) -> Value
    ) throws(ServiceError) -> Value {
        do throws(ObjectStoreError) {
            return try body()
        } catch {
            if case .notFound = error, let generation {
                throw .noGeneration(generation.name, of: artifact, folder.input)
            }
            throw ServiceError(error, folder.input, object: name)
        }
    }
}
