// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Which policy a trained model is stored with.
package enum PolicyChoice: Sendable, Equatable {
    /// That of the generation before it; none where there is none.
    case kept
    /// None, so that the standard policy counts.
    case standard
    case own(Policy)

    /// The word for the standard policy, where a document may stand.
    package static let standardWord = "standard"
}
