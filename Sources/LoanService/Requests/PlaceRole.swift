// SPDX-License-Identifier: Apache-2.0

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
