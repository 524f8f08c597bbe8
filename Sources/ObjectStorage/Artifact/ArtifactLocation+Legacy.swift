// SPDX-License-Identifier: Apache-2.0

/// The first layout, which is read, and never written:
///
///     FOLDER/NAME.manifest               the current generation: a copy of the next
///     FOLDER/NAME.manifest.GENERATION    what one generation consists of
///     FOLDER/OBJECT.GENERATION           the bytes
///
/// Names that callers choose may be equal to these, so that a key proves nothing: an object is a
/// manifest of an artifact when its text says so, and an object of a generation when size and
/// SHA-256 are those of the manifest.
extension ArtifactLocation {
    /// The manifest of the current generation, or of a given one.
    func legacyManifest(
        _ generation: Generation? = nil
    ) throws(ObjectStoreError) -> ObjectKey {
        let suffix = generation.map { ".\($0)" } ?? ""
        return try ObjectKey(folder: folder, name: "\(name).manifest\(suffix)")
    }

    /// An object of one generation.
    func legacyObject(
        _ object: String,
        _ generation: Generation
    ) throws(ObjectStoreError) -> ObjectKey {
        try ObjectKey(folder: folder, name: "\(object).\(generation)")
    }

    /// The generation that a key ends with.
    static func legacyGeneration(of key: ObjectKey) -> Generation? {
        key.name.split(separator: ".").last.flatMap { Generation($0) }
    }
}
