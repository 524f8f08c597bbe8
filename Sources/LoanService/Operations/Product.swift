// SPDX-License-Identifier: Apache-2.0

/// This software, as the command line, artifacts and answers name it.
package enum Product {
    /// The release, by semantic versioning.
    package static let version = "0.2.0"
    /// Name and release.
    package static let name = "loan-default \(version)"
}
