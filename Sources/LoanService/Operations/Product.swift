// SPDX-License-Identifier: Apache-2.0

/// This software, as the command line, artifacts and answers name it.
package enum Product {
    package static let version = "0.2.0"
    package static let name = "loan-default \(version)"
}
