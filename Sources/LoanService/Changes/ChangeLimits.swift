// SPDX-License-Identifier: Apache-2.0

/// What a search for changes may take.
package enum ChangeLimits {
    /// Rows of a call whose changes are looked for.
    package static let rowsMax = 16
    /// Values that are tried for one feature, the nearest first.
    package static let valuesMax = 4_096
    /// Pairs of values of two features that are tried, the smallest changes first.
    package static let pairsMax = 65_536
    /// Rows that are scored at once.
    static let batchRows = 1_024
    /// Searches at a time; others wait.
    static let searchesMax = 1
    /// Searches that wait at most.
    static let waitingMax = 32
}
