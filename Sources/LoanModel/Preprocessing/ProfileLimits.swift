// SPDX-License-Identifier: Apache-2.0

/// How finely a profile divides a column.
package enum ProfileLimits {
    /// Edges between the bins of a number: they fit the registers that a value is compared in.
    package static let edgeCountMax = 16
    /// Bins of a number that is fitted: tenths of its values, where these differ enough.
    package static let fittedBinCount = 10
    /// Categories with a bin of their own, those of most rows; the others share one.
    package static let categoryBinCountMax = 20
}
