// SPDX-License-Identifier: Apache-2.0

/// The time that drift is looked at over, up to now.
package enum DriftWindow: String, CaseIterable, Sendable {
    case hour = "1h"
    case day = "24h"
    case week = "7d"

    /// How many slots it has.
    var slotCount: Int {
        switch self {
        case .hour: DriftLimits.slotsPerHour
        case .day: 24 * DriftLimits.slotsPerHour
        case .week: 7 * 24 * DriftLimits.slotsPerHour
        }
    }
}
