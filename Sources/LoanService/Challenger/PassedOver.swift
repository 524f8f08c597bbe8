// SPDX-License-Identifier: Apache-2.0

/// Why rows that a champion answered were not scored by its challenger, or are not on record.
package enum PassedOver: String, CaseIterable, Sendable {
    /// As many rows wait as may.
    case full
    /// Others add rows at the same moment.
    case contended
    /// The rows are prepared, and the two models prepare in ways of their own.
    case prepared
    /// The challenger is not in memory here.
    case unserved
    /// The models do not go together any more: one of them was replaced.
    case mismatch
    /// They were scored, and the decision record has no room for that.
    case unrecorded
}
