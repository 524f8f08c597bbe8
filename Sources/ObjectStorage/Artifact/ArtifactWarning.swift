// SPDX-License-Identifier: Apache-2.0

/// What a commit made current, and what it could not do after that.
package struct ArtifactCommit: Sendable {
    /// The manifest as stored.
    package let manifest: Manifest
    /// What did not succeed; the generation is in use all the same.
    package let warnings: [ArtifactWarning]
}

/// What did not succeed after a generation had become the current one.
package enum ArtifactWarning: Sendable, Equatable {
    /// The store reported an error, though the generation is the current one.
    case notConfirmed(Generation, ObjectStoreError)
    /// A plain name holds something that is no copy made by this program.
    case taken(name: String)
    /// The copy under a plain name could not be made.
    case notCopied(name: String, ObjectStoreError)
    /// The record of the copies could not be written.
    case copiesNotRecorded(ObjectStoreError)
    /// The generation's own manifest could not be written.
    case notListed(Generation, ObjectStoreError)
    /// Old generations could not be removed.
    case notPruned(ObjectStoreError)
}

extension ArtifactWarning: CustomStringConvertible {
    /// A whole sentence for users.
    package var description: String {
        switch self {
        case .notConfirmed(let generation, let error):
            "the new generation \(generation) is in use, but the store did not confirm it: \(error)"
        case .taken(let name):
            "the new generation is stored and in use, but \(name) is left as it is, since it is no "
                + "copy that this program made: move it away if other tools are to find a copy there"
        case .notCopied(let name, let error):
            "the new generation is stored and in use, but \(name), its copy for other tools, could "
                + "not be written: \(error)"
        case .copiesNotRecorded(let error):
            "the new generation is stored and in use, but which copies for other tools belong to it "
                + "could not be noted, so that they are compared by their content: \(error)"
        case .notListed(let generation, let error):
            "the new generation \(generation) is stored and in use, but its own manifest could not be "
                + "written, which the next one makes up for: \(error)"
        case .notPruned(let error):
            "the new generation is stored and in use, but earlier ones that are no longer kept could "
                + "not be removed: \(error)"
        }
    }
}
