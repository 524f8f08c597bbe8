// SPDX-License-Identifier: Apache-2.0

/// What did not succeed after a generation had become the current one: readers that follow the
/// manifest have the whole generation all the same.
package enum ArtifactWarning: Sendable, Equatable, CustomStringConvertible {
    /// The copy for other tools, under the plain name, is not that of the current generation.
    case notCopied(name: String, ObjectStoreError)
    /// Old generations were not removed.
    case notPruned(name: String, ObjectStoreError)

    /// A whole sentence: what is not as it should be, why, and what that means.
    package var description: String {
        switch self {
        case .notCopied(let name, let error):
            "The copy \(name) for other tools was not updated (\(error)); "
                + "the stored generation itself is complete and current."
        case .notPruned(let name, let error):
            "Old generations of \(name) were not removed (\(error)); they take room until a later "
                + "write removes them."
        }
    }
}
