// SPDX-License-Identifier: Apache-2.0

/// Storage cannot be used as it is set up.
package struct StorageSetupError: Error, CustomStringConvertible {
    /// One line with the setting that is in the way.
    package let reason: String
    /// The reason.
    package var description: String { reason }
}
