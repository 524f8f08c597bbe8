// SPDX-License-Identifier: Apache-2.0

/// Which node of a growing tree is split next, by XGBoost's words.
package enum TreeGrowth: String, CaseIterable, Sendable {
    /// Level by level.
    case depthwise
    /// The one whose split lowers the loss most.
    case lossguide
}
