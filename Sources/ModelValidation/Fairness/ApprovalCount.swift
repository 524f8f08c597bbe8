// SPDX-License-Identifier: Apache-2.0

/// Rows that were approved, and others.
struct ApprovalCount: Equatable {
    var approved = WeightTotal.none
    var declined = WeightTotal.none

    /// All of them.
    var total: WeightTotal { approved + declined }

    /// The share that was approved.
    var rate: Proportion { Proportion(part: approved.weight, whole: total) }
}
