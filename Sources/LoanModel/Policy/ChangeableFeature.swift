// SPDX-License-Identifier: Apache-2.0

/// A feature that an applicant can change, and in which direction.
package struct ChangeableFeature: Sendable, Equatable {
    /// Which values may stand for the one of a record.
    package enum Direction: String, Sendable, CaseIterable {
        /// Greater ones.
        case up
        /// Less ones.
        case down
        case any
    }

    /// The raw feature.
    package let name: String
    /// The direction; `any` for a category or a boolean.
    package let direction: Direction

    /// Gathers both.
    package init(_ name: String, _ direction: Direction = .any) {
        self.name = name
        self.direction = direction
    }
}
