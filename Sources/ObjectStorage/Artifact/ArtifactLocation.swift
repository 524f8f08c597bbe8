// SPDX-License-Identifier: Apache-2.0

/// Where the objects of an artifact lie.
///
///     FOLDER/OBJECT                                        a copy of the current one, for other tools
///     FOLDER/.loan-default/KIND/NAME/manifest              what the current generation consists of
///     FOLDER/.loan-default/KIND/NAME/manifests/GENERATION  the same of each generation
///     FOLDER/.loan-default/KIND/NAME/objects/GENERATION.OBJECT    the bytes; never rewritten
///     FOLDER/.loan-default/KIND/NAME/published             which copies are this program's
///
/// No name starts with a dot, and no folder of an artifact lies in a reserved one: whatever callers
/// name, they reach nothing below it, and an artifact reaches nothing of another one.
///
/// Readers follow the manifest to the objects of its generation, so that they read one generation
/// as a whole while the next is being written. The plain names are copied after the manifest, one
/// by one: tools that use them, and only these, may meet a mixture for a moment.
package struct ArtifactLocation: Sendable, Hashable {
    /// What an artifact is: names of one kind do not meet those of another.
    package enum Kind: String, Sendable, CaseIterable {
        /// A model with what belongs to it.
        case model = "models"
        /// The matrices and the preprocessor that a training reads.
        case prepared
    }

    /// The folder that holds everything but the plain copies.
    package static let reservedFolder = ".loan-default"

    /// The folder, as keys spell it; empty for the root.
    package let folder: String
    /// What the artifact is.
    package let kind: Kind
    /// The artifact's name, such as `model.joblib`.
    package let name: String
    /// The object that every generation has.
    package let main: String

    /// A location.
    /// - Parameter main: the object that every generation has; nil for the one called as the
    ///   artifact.
    /// - Throws: `invalidKey(.component)` if a name breaks the rules of `Manifest.isName`,
    ///   `invalidKey(.reservedFolder)` for a folder inside of a reserved one, and
    ///   `invalidKey(.tooLong)` where a folder leaves no room for the keys.
    package init(
        folder: String,
        kind: Kind = .model,
        name: String,
        main: String? = nil
    ) throws(ObjectStoreError) {
        guard Manifest.isName(name), Manifest.isName(main ?? name) else {
            throw .invalidKey(.component)
        }
        if Self.isReserved(folder) { throw .invalidKey(.reservedFolder) }
        self.folder = folder
        self.kind = kind
        self.name = name
        self.main = main ?? name
        let longest = String(repeating: "n", count: Manifest.nameLengthMax)
        _ = try object(longest, Generation(secondsSince1970: 0, random: 0))
    }

    /// Whether a key or folder lies in a folder that only this program writes to.
    package static func isReserved(_ path: String) -> Bool {
        path.split(separator: "/").contains { $0 == reservedFolder }
    }

    /// The manifest of the current generation.
    package func manifest() throws(ObjectStoreError) -> ObjectKey {
        try own("manifest")
    }

    /// The manifest of a given generation.
    package func manifest(_ generation: Generation) throws(ObjectStoreError) -> ObjectKey {
        try own("\(Self.manifests)\(generation)")
    }

    /// An object of one generation.
    package func object(
        _ object: String,
        _ generation: Generation
    ) throws(ObjectStoreError) -> ObjectKey {
        try own("\(Self.objects)\(generation).\(object)")
    }

    /// The copy of an object for other tools.
    package func plain(_ object: String) throws(ObjectStoreError) -> ObjectKey {
        try ObjectKey(folder: folder, name: object)
    }

    /// The record of which plain copies are this program's.
    func published() throws(ObjectStoreError) -> ObjectKey {
        try own("published")
    }

    /// A write of a generation that takes at least some bytes.
    package func plannedWrite(bytesMin: Int = 0) throws(ObjectStoreError) -> PlannedWrite {
        .objects(below: folder, own: try own(Self.objects).folder, bytesMin: bytesMin)
    }

    static let manifests = "manifests/"
    static let objects = "objects/"

    /// A key below the artifact's own folder.
    func own(_ path: String) throws(ObjectStoreError) -> ObjectKey {
        let own = "\(Self.reservedFolder)/\(kind.rawValue)/\(name)/"
        return try ObjectKey(folder: folder, name: own + path)
    }

    /// Whether a key is one of an object of a generation, in this layout or in the first one.
    package static func isObjectOfAGeneration(_ key: ObjectKey) -> Bool {
        if legacyGeneration(of: key) != nil { return true }
        let parts = key.name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 5, parts[parts.count - 5] == reservedFolder,
            parts[parts.count - 2] == objects.dropLast(), let last = parts.last
        else { return false }
        return Generation(last.prefix(Generation.length)) != nil
    }
}
