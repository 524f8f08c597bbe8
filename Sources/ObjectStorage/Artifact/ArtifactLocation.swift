// SPDX-License-Identifier: Apache-2.0

/// Where the objects of an artifact lie.
///
///     FOLDER/NAME.manifest               the current generation: a copy of the next
///     FOLDER/NAME.manifest.GENERATION    what one generation consists of; never rewritten
///     FOLDER/OBJECT.GENERATION           the bytes; never rewritten
///     FOLDER/OBJECT                      a copy of the current one, for other tools
///
/// Readers follow the manifest to the objects of its generation, so that they read one generation
/// as a whole while the next is being written. The plain names are copied after the manifest, one
/// by one: tools that use them, and only these, may meet a mixture for a moment.
package struct ArtifactLocation: Sendable, Hashable {
    /// The folder, as keys spell it; empty for the root.
    package let folder: String
    /// The artifact's name, such as `model.joblib`.
    package let name: String

    /// A location.
    /// - Throws: `invalidKey(.component)` if `name` breaks the rules of `Manifest.isName`.
    package init(folder: String, name: String) throws(ObjectStoreError) {
        guard Manifest.isName(name) else { throw .invalidKey(.component) }
        self.folder = folder
        self.name = name
    }

    /// The manifest of the current generation, or of a given one.
    package func manifest(_ generation: Generation? = nil) throws(ObjectStoreError) -> ObjectKey {
        let suffix = generation.map { ".\($0)" } ?? ""
        return try ObjectKey(folder: folder, name: "\(name).manifest\(suffix)")
    }

    /// The object of one generation, or the plain one.
    package func object(
        _ object: String,
        _ generation: Generation? = nil
    ) throws(ObjectStoreError) -> ObjectKey {
        try ObjectKey(folder: folder, name: object + (generation.map { ".\($0)" } ?? ""))
    }
}
