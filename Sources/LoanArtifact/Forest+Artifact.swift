// SPDX-License-Identifier: Apache-2.0

package import ForestInference

extension Forest {
    /// The forest as the sections of a model artifact.
    package var artifactSections: [ModelArtifact.Section] {
        sections().map { ModelArtifact.Section(id: $0.id, bytes: $0.bytes) }
    }

    /// Reads and validates the forest of a model artifact.
    /// - Throws: `ForestError` for sections that are no forest.
    package init(artifact: ModelArtifact) throws(ForestError) {
        try self.init(sections: artifact.sections.map { ForestSection(id: $0.id, bytes: $0.bytes) })
    }
}
