// SPDX-License-Identifier: Apache-2.0

/// Storage cannot be used as it is set up.
package struct StorageSetupError: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }
}
