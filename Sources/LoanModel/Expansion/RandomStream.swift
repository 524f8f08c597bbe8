// SPDX-License-Identifier: Apache-2.0

/// The streams of one seed: who draws from which. Two purposes never share one.
enum RandomStream {
    /// Noise of the feature with this index.
    static func feature(_ index: Int) -> UInt64 { UInt64(index) }
    /// The order of rows before the split.
    static let split: UInt64 = 1 << 32
    /// The columns of generated applications: one stream per drawn quantity.
    static func sample(_ index: Int) -> UInt64 { (3 << 32) + UInt64(index) }
}
