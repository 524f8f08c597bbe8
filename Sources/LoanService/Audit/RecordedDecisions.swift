// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// Decisions of one frame, and what they refer to.
package struct RecordedDecisions: Sendable {
    /// Where the frame is.
    package struct Place: Sendable, Equatable {
        /// The chain of one server.
        package let stream: String
        /// The number of the segment.
        package let segment: UInt64
        /// The number of the frame within its stream.
        package let sequence: UInt64

        /// Gathers the parts.
        package init(stream: String, segment: UInt64, sequence: UInt64) {
            self.stream = stream
            self.segment = segment
            self.sequence = sequence
        }
    }

    /// Where the frame is.
    package let place: Place
    /// What the decisions were made with.
    package let context: RecordedContext
    /// The columns.
    package let frame: DecisionFrame
    /// Those of its rows that are meant; nil for all.
    package var rows: [Int]?

    /// Rows that are meant.
    package var rowCount: Int { rows?.count ?? frame.head.rowCount }
    /// The rows that are meant, in order.
    package var allRows: [Int] { rows ?? Array(0..<frame.head.rowCount) }
    /// The id of the request as text.
    package var id: String { String(decoding: frame.id, as: UTF8.self) }
}
