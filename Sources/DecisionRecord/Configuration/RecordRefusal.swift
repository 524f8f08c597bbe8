// SPDX-License-Identifier: Apache-2.0

/// Why a decision is not recorded.
package enum RecordRefusal: Error, Equatable {
    /// The ring is full: decisions come faster than they are written.
    case ringFull(byteCount: Int)
    /// The ring is full since nothing can be written; the sentence says why.
    case obstacle(String)
    /// The decision has a row, an id or a list that is larger than a frame can hold, in bytes.
    case tooLarge(limit: Int)
    /// It was not on the disk in time, or the sync failed; the sentence says why.
    case notDurable(String)
    /// The record has been stopped.
    case stopped
}

extension RecordRefusal: CustomStringConvertible {
    /// What is wrong.
    package var description: String {
        switch self {
        case .ringFull(let count):
            "the decision cannot be recorded: the record's ring of \(count) bytes is full; try "
                + "again later"
        case .obstacle(let sentence): "the decision cannot be recorded: \(sentence)"
        case .tooLarge(let limit):
            "the decision cannot be recorded: it is larger than the limit of \(limit) bytes"
        case .notDurable(let sentence): "the decision cannot be kept on the disk: \(sentence)"
        case .stopped: "the decision cannot be recorded: the record has been closed"
        }
    }
}
