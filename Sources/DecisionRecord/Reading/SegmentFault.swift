// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a segment. Offsets are bytes from its start.
package enum SegmentFault: Sendable, Equatable {
    /// It does not begin as segments do.
    case notASegment
    /// It is of a version that this release does not know.
    case version(UInt32)
    /// It ends within a frame.
    case cut(offset: Int)
    /// A frame says that it is longer than any may be.
    case tooLong(offset: Int, length: Int)
    /// A frame's checksum is not that of its bytes.
    case checksum(offset: Int, sequence: UInt64)
    /// A frame does not follow the one before it.
    case order(offset: Int, expected: UInt64, found: UInt64)
    /// A frame does not decode.
    case message(offset: Int, sequence: UInt64, what: String)
    /// The first frame is not a header, or a later one is.
    case header(offset: Int)
    /// There is something after the footer.
    case afterFooter(offset: Int)

    /// Where it is; nil for the segment as a whole.
    package var offset: Int? {
        switch self {
        case .notASegment, .version: nil
        case .cut(let offset), .header(let offset), .afterFooter(let offset): offset
        case .tooLong(let offset, _), .checksum(let offset, _), .order(let offset, _, _),
            .message(let offset, _, _):
            offset
        }
    }

    /// The sequence of the frame that it is in, where that is known.
    package var sequence: UInt64? {
        switch self {
        case .checksum(_, let sequence), .message(_, let sequence, _): sequence
        case .order(_, _, let found): found
        case .notASegment, .version, .cut, .tooLong, .header, .afterFooter: nil
        }
    }
}

extension SegmentFault: CustomStringConvertible {
    /// What is wrong, to follow the segment's name.
    package var description: String {
        switch self {
        case .notASegment: "it is not a segment of a decision record"
        case .version(let version):
            "it was written by a newer release (version \(version) of the format)"
        case .cut(let offset): "it ends within the frame at byte \(offset)"
        case .tooLong(let offset, let length):
            "the frame at byte \(offset) announces \(length) bytes, which is more than a frame has"
        case .checksum(let offset, let sequence):
            "the frame \(sequence) at byte \(offset) was changed: its checksum is not the one that "
                + "it states"
        case .order(let offset, let expected, let found):
            "the frame at byte \(offset) has the sequence \(found), where \(expected) must follow"
        case .message(let offset, let sequence, let what):
            "the frame \(sequence) at byte \(offset) cannot be read: \(what)"
        case .header(let offset):
            "the frame at byte \(offset) must be the segment's header, and no other may be one"
        case .afterFooter(let offset): "it has more after its footer, from byte \(offset) on"
        }
    }
}
