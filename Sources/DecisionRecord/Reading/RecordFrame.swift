// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

/// A frame as it lies in a segment. It shares the memory of the reader: keep what you need of it,
/// not the frame.
package struct RecordFrame: Sendable {
    /// The name of the segment in its place.
    package let segment: String
    /// What the payload is.
    package let type: RecordFrameType
    /// See `RecordFrameHeader`.
    package let flags: UInt8
    /// The frame's place in its stream.
    package let sequence: UInt64
    /// Where the frame begins, in bytes from the start of the segment.
    package let offset: Int
    /// The header and the payload.
    package let bytes: ArraySlice<UInt8>

    /// The message.
    package var payload: ArraySlice<UInt8> { bytes.dropFirst(RecordFrameHeader.byteCount) }
    /// Whether the frame went through the ring.
    package var isOfRing: Bool { flags & RecordFrameHeader.ofRing != 0 }

    /// Decodes the payload.
    package func content() throws(RecordReadError) -> RecordContent {
        do throws(MessageError) {
            return try RecordContent.decode(type, payload)
        } catch {
            throw .segment(
                name: segment,
                .message(offset: offset, sequence: sequence, what: "\(error)")
            )
        }
    }
}
