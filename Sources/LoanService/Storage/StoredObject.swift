// SPDX-License-Identifier: Apache-2.0

internal import LoanArtifact
internal import Logging
internal import ObjectStorage

/// One object of an artifact: read as its manifest says, or as it lies where there is no manifest,
/// because another tool wrote it.
struct StoredObject {
    let folder: StorageResolver.Resolved
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
    }

    /// Everything is read within this time.
    private var deadline: ContinuousClock.Instant { .now + .seconds(30) }

    /// The version a read would give.
    func tag() throws(ServiceError) -> String {
        try translating { () throws(ObjectStoreError) in
            // A generation is never rewritten.
            if let generation { return generation.name }
            do throws(ObjectStoreError) {
                let manifest = try location().manifest()
                return try folder.store.head(manifest, deadline: deadline).etag.value
            } catch .notFound {
                return try folder.store.head(location().object(name), deadline: deadline).etag.value
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
            let object = try location().object(name)
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
                let bytes = try reader.bytes(name, bytesMax: found.size, deadline: deadline)
                return Content(
                    bytes: bytes,
                    tag: generation?.name ?? reader.manifestTag.value,
                    manifest: reader.manifest
                )
            }
            let (bytes, metadata) = try folder.store.get(
                location().object(name),
                bytesMax: found.size,
                deadline: deadline
            )
            logger.warning(
                "object without a manifest",
                metadata: [LogKey.objectName: "\(name)"]
            )
            return Content(bytes: bytes, tag: metadata.etag.value, manifest: nil)
        }
    }

    private func location() throws(ObjectStoreError) -> ArtifactLocation {
        try ArtifactLocation(folder: folder.key, name: artifact)
    }

    private func translating<Value>(
        _ body: () throws(ObjectStoreError) -> Value
    ) throws(ServiceError) -> Value {
        do {
            return try body()
        } catch {
            throw ServiceError(error, folder.field, object: name)
        }
    }
}
