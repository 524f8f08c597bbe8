// SPDX-License-Identifier: Apache-2.0

/// A recorded answer that is another one when it is made again.
package struct ReplayDifference: Sendable, Equatable {
    /// What of the answer.
    package enum Field: String, Sendable, CaseIterable {
        case margin
        case prediction
        case calibrated
        case points
        case band
        case decision
        case rules
        case reasons
    }

    /// The frame.
    package let place: RecordedDecisions.Place
    /// The id of the request.
    package let id: String
    /// The row of the request.
    package let row: Int
    /// What of the answer.
    package let field: Field
    /// The kernel; nil where it does not matter.
    package let kernel: String?
    /// As it is in the record; numbers with their bits.
    package let recorded: String
    /// As it is now.
    package let replayed: String
}

extension ReplayDifference: CustomStringConvertible {
    /// One line.
    package var description: String {
        let by = kernel.map { " by kernel \($0)" } ?? ""
        return "\(place.stream), segment \(place.segment), frame \(place.sequence), id \(id), row "
            + "\(row): \(field.rawValue) is \(recorded) in the record and \(replayed)\(by) now"
    }
}
