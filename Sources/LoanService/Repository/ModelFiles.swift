// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// The files that a model was made of, as they were read.
struct ModelFiles: Sendable {
    /// The stored model.
    let model: [UInt8]
    /// The stored preprocessor; nil where there is none.
    var preprocessor: [UInt8]?
    /// The stored policy; nil where the standard one counts.
    var policy: [UInt8]?
    /// The document of XGBoost that covers were taken from; nil where they were not.
    var covers: [UInt8]?
}

/// A model that is about to be served, with its files.
struct LoadedModel: Sendable {
    let reference: ModelReference
    let scorer: Scorer
    /// The generation in storage; nil for a model that another tool stored.
    let version: String?
    let policy: ServedPolicy
    let files: ModelFiles
}
