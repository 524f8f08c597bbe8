// SPDX-License-Identifier: Apache-2.0

/// How much is counted of what a model is asked.
package enum DriftLimits {
    /// Features that are watched, those of most gain.
    package static let featureCountMax = 32
    /// Bins of all watched features and of the scores together.
    package static let cellCountMax = 512
    /// How long counts are kept apart: windows slide by this time. After a day counts are kept by
    /// the hour.
    package static let slotTime = Duration.seconds(900)
    /// Slots of an hour.
    package static let slotsPerHour = 4
    /// Bytes of a category whose bin has its name in metrics; a longer one has its number.
    package static let labelBytesMax = 64
    /// An index that people look into; chance alone must not reach it.
    package static let indexOfNote = 0.1
    /// How often chance alone may reach it.
    package static let chanceMax = 0.05
}
