// SPDX-License-Identifier: Apache-2.0

/// Where a data preparation stands.
package struct DataProgress: Sendable {
    /// What is being done, in order.
    package enum Stage: String, CaseIterable, Sendable {
        case reading
        case preparing
        case writing

        /// For a progress line.
        package var title: String { rawValue }
    }

    package let stage: Stage
    /// Done part of the stage, 0...1.
    package let share: Double
}

/// What a data preparation made.
package struct DataResult: Sendable {
    package let trainRows: Int
    package let testRows: Int
    package let featureCount: Int
    package let seed: UInt64
    package let duration: Duration
    /// What is not as it should be although the data is stored, each as a sentence.
    package internal(set) var warnings: [String]
}
