// SPDX-License-Identifier: Apache-2.0

/// What of a request a problem is about. Each transport has a name of its own for it.
package enum RequestInput: Hashable, Sendable {
    /// A file or folder: by what it is for, and where it lies.
    case place(PlaceRole, StorageBackend)
    case bucket
    case modelName
    case parameters
    case size
}

/// What a request names a file or folder for.
package enum PlaceRole: String, Sendable, CaseIterable {
    /// The table that is prepared.
    case source
    /// The folder that prepared data goes to.
    case target
    /// The folder of prepared data to train on.
    case data
    /// The folder of a model.
    case model
    /// The folder whose preprocessor serves a model without its own.
    case preprocessor
    /// A single object that a command reads or writes.
    case object
    /// The folder that servers share: no request names it.
    case sharedFolder = "shared folder"
}

extension RequestInput: CustomStringConvertible {
    /// A word for logs, and for warnings that reach callers of any transport.
    package var description: String {
        switch self {
        case .place(let role, _): role.rawValue
        case .bucket: "bucket"
        case .modelName: "model name"
        case .parameters: "parameters"
        case .size: "size"
        }
    }
}
