// SPDX-License-Identifier: Apache-2.0

/// What decisions were made with, besides their inputs: files that a record keeps by the SHA-256 of
/// their bytes.
package enum PinnedFile: String, Sendable, Hashable, CaseIterable {
    /// The stored model.
    case model
    /// What prepares the raw features for it.
    case preprocessor
    /// What makes points, bands and decisions of its probabilities.
    case policy
    /// The model in XGBoost's own format, which has what reasons read and an older stored model
    /// has not.
    case covers = "exported model"
}
