// SPDX-License-Identifier: Apache-2.0

/// What a commit made current, and what it could not do after that.
package struct ArtifactCommit: Sendable {
    /// The manifest of the generation that is current.
    package let manifest: Manifest
    /// What did not succeed after the generation had become the current one.
    package let warnings: [ArtifactWarning]
}
