// SPDX-License-Identifier: Apache-2.0

/// What an append gives: by it a caller finds out when its decision is on the disk.
package struct RecordTicket: Sendable, Equatable {
    /// The end of the entry in the ring, which only counts up.
    package let entry: UInt64
    /// Whether the decision is recorded; in mode best-effort it may have been dropped.
    package let isRecorded: Bool

    /// A ticket that was carried as a number.
    package init(entry: UInt64, isRecorded: Bool = true) {
        self.entry = entry
        self.isRecorded = isRecorded
    }
}
