// SPDX-License-Identifier: Apache-2.0

/// What a frame holds. An open set: a newer writer may have more, which readers skip and count.
package struct RecordFrameType: RawRepresentable, Sendable, Hashable {
    /// As it is written.
    package let rawValue: UInt8

    /// A type by its number.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The first frame of each segment.
    package static let segmentHeader = RecordFrameType(rawValue: 1)
    /// What decisions were made with.
    package static let context = RecordFrameType(rawValue: 2)
    /// One decision, or the columns of a batch.
    package static let decisions = RecordFrameType(rawValue: 3)
    /// How many decisions are missing here, and why.
    package static let gap = RecordFrameType(rawValue: 4)
    /// What became of decisions.
    package static let outcomes = RecordFrameType(rawValue: 5)
    /// What a challenger would have answered.
    package static let shadow = RecordFrameType(rawValue: 6)
    /// The last frame of each sealed segment.
    package static let segmentFooter = RecordFrameType(rawValue: 7)

    /// The name for people.
    package var name: String {
        switch self {
        case .segmentHeader: "segment header"
        case .context: "context"
        case .decisions: "decisions"
        case .gap: "gap"
        case .outcomes: "outcomes"
        case .shadow: "shadow"
        case .segmentFooter: "segment footer"
        default: "type \(rawValue)"
        }
    }
}
