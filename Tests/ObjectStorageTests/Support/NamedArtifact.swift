// SPDX-License-Identifier: Apache-2.0

import ObjectStorage

/// An artifact as the service stores them: a model with its companions, or prepared data.
struct NamedArtifact: Hashable, CustomStringConvertible {
    let location: ArtifactLocation
    let objects: [String]
    /// The names that must be free before a writer begins.
    let plainNames: [String]

    static func model(_ name: String, in folder: String) throws -> NamedArtifact {
        NamedArtifact(
            location: try ArtifactLocation(folder: folder, name: name),
            objects: [name, name + ".json", name + ".preprocessor.sav"],
            plainNames: [name]
        )
    }

    static func prepared(in folder: String) throws -> NamedArtifact {
        let objects = ["Xtrain.npy", "ytrain.npy", "preprocessor.sav"]
        return NamedArtifact(
            location: try ArtifactLocation(
                folder: folder,
                kind: .prepared,
                name: "data",
                main: "preprocessor.sav"
            ),
            objects: objects,
            plainNames: objects
        )
    }

    var description: String { "\(location.kind) \(location.name)" }

    /// The folder that only this artifact writes to.
    var ownPrefix: String {
        let folder = location.folder.isEmpty ? "" : location.folder + "/"
        return "\(folder).loan-default/\(location.kind.rawValue)/\(location.name)/"
    }

    /// Bytes that no other writing has.
    func body(_ generation: Generation, _ object: String) -> [UInt8] {
        Array("\(self) \(generation) \(object)".utf8)
    }

    /// Writes a generation.
    @discardableResult
    func write(
        _ generation: Generation,
        in store: any ObjectStore,
        keeping count: Int = 2
    ) throws(ObjectStoreError) -> ArtifactCommit {
        var writer = try ArtifactWriter(
            location,
            generation: generation,
            in: store,
            deadline: soon()
        )
        do throws(ObjectStoreError) {
            for object in objects {
                try writer.write(
                    object,
                    from: ObjectSource(body(generation, object)),
                    deadline: soon()
                )
            }
        } catch {
            writer.abort(deadline: soon())
            throw error
        }
        return try writer.commit(generationsKept: count, deadline: soon())
    }

    /// Writes a generation in the first layout, as it was written then.
    func writeLegacy(_ generation: Generation, in store: any ObjectStore) throws {
        let prefix = location.folder.isEmpty ? "" : location.folder + "/"
        var entries: [Manifest.Entry] = []
        for object in objects {
            let bytes = body(generation, object)
            try store.write("\(prefix)\(object).\(generation)", bytes)
            try store.write("\(prefix)\(object)", bytes)
            entries.append(
                Manifest.Entry(name: object, size: bytes.count, sha256: sha256(bytes))
            )
        }
        let text = Manifest(generation: generation, entries: entries, metadata: [:]).text
        try store.write("\(prefix)\(location.name).manifest.\(generation)", text)
        try store.write("\(prefix)\(location.name).manifest", text)
    }

    /// The generations whose objects are all there with their bytes.
    func whole(in store: any ObjectStore) throws -> [Generation] {
        try ArtifactHistory(location, in: store).generations(deadline: soon()).filter {
            generation in
            try isWhole(generation, in: store)
        }
    }

    func isWhole(_ generation: Generation, in store: any ObjectStore) throws -> Bool {
        let reader = try ArtifactReader(
            location,
            generation: generation,
            in: store,
            deadline: soon()
        )
        return try objects.allSatisfy { object in
            try reader.bytes(object, bytesMax: 1 << 20, deadline: soon())
                == body(generation, object)
        }
    }

    /// The current generation; nil without one.
    func current(in store: any ObjectStore) throws -> Generation? {
        do {
            return try ArtifactReader(location, in: store, deadline: soon()).manifest.generation
        } catch ObjectStoreError.notFound {
            return nil
        }
    }
}
