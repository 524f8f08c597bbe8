// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// Where a model in memory comes from.
package struct ModelSource: Sendable {
    /// What the record calls it: which of the two a frame has says whether its rows are prepared.
    package struct Contexts: Sendable {
        /// For raw rows.
        package let raw: ContextNumber
        /// For rows of the prepared matrix.
        package let prepared: ContextNumber
    }

    /// What was asked for.
    package let reference: ModelReference
    /// Nil where nothing is recorded, or where its files could not be kept.
    package let contexts: Contexts?

    /// A source by its parts.
    package init(reference: ModelReference, contexts: Contexts? = nil) {
        self.reference = reference
        self.contexts = contexts
    }
}
