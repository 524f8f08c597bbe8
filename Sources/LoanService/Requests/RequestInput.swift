// SPDX-License-Identifier: Apache-2.0

/// What of a request a problem is about. Each transport has a name of its own for it.
package enum RequestInput: Hashable, Sendable {
    /// A file or folder: by what it is for, and where it lies.
    case place(PlaceRole, StorageBackend)
    case bucket
    case modelName
    case parameters
    /// Features that are left out of a training.
    case exclude
    /// A cross-validation.
    case folds
    /// A search for training parameters.
    case tune
    case size
    /// The schema of a table, or its label.
    case schema
    /// How rows are divided.
    case split
    /// The columns by which they are, and those that decisions must not depend on.
    case timeColumn
    case groupColumn
    case protectedColumns
    /// What is made of probabilities.
    case policy
    /// How probabilities are calibrated.
    case calibration
    /// What people say of a model on its card.
    case card
    /// The feature that is the age of applicants.
    case elderlyCheck
}

extension RequestInput: CustomStringConvertible {
    /// A word for logs, and for warnings that reach callers of any transport.
    package var description: String {
        switch self {
        case .place(let role, _): role.rawValue
        case .bucket: "bucket"
        case .modelName: "model name"
        case .parameters: "parameters"
        case .exclude: "exclude"
        case .folds: "folds"
        case .tune: "tune"
        case .size: "size"
        case .schema: "schema"
        case .split: "split"
        case .timeColumn: "time"
        case .groupColumn: "group"
        case .protectedColumns: "protected"
        case .policy: "policy"
        case .calibration: "calibration"
        case .card: "card"
        case .elderlyCheck: "elderly check"
        }
    }
}
