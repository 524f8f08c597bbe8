// SPDX-License-Identifier: Apache-2.0

/// What a store lacks of what writers rely on, as its answers have shown.
package enum StoreNote: Sendable, Hashable, CaseIterable {
    /// The store refuses writes that carry a condition.
    case conditionsRefused
    /// The store writes whether or not the condition holds.
    case conditionsIgnored
    /// The store calls conditions unmet that are met.
    case conditionsMisread
}

extension StoreNote: CustomStringConvertible {
    /// A sentence for users.
    package var description: String {
        let finding =
            switch self {
            case .conditionsRefused: "This store refuses conditional writes"
            case .conditionsIgnored: "This store ignores the conditions of writes"
            case .conditionsMisread: "This store does not match the conditions of writes"
            }
        return finding + ": of two trainings that write the same model at the same time, one may "
            + "overwrite the other unnoticed."
    }
}
