// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension SegmentHeader {
    var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, stream)
        writer.unsigned(2, segment)
        writer.unsigned(3, UInt64(bitPattern: createdMilliseconds))
        writer.text(4, build)
        writer.field(5, previousDigest)
        writer.unsigned(6, firstSequence)
        writer.unsigned(7, firstEntry)
        writer.flag(8, hashesIDs)
        writer.number(9, Int(nextContext))
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        self.init(
            stream: try message.text(1),
            segment: try message.number(2),
            createdMilliseconds: try message.signed(3),
            build: try message.text(4),
            previousDigest: try message.digest(5),
            firstSequence: try message.number(6),
            firstEntry: try message.number(7),
            hashesIDs: try message.flag(8),
            nextContext: try message.word(9)
        )
        guard previousDigest.count == 32 else {
            throw .malformed("a header has no digest of the segment before")
        }
    }
}

extension SegmentFooter {
    var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.field(1, digest)
        for (type, frames) in counts.frames.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            writer.message(2) {
                $0.number(1, Int(type.rawValue))
                $0.unsigned(2, frames)
            }
        }
        writer.unsigned(3, counts.rows)
        writer.unsigned(4, UInt64(bitPattern: counts.firstMilliseconds))
        writer.unsigned(5, UInt64(bitPattern: counts.lastMilliseconds))
        writer.unsigned(6, nextSequence)
        writer.unsigned(7, nextEntry)
        writer.number(8, Int(nextContext))
        writer.unsigned(9, UInt64(bitPattern: sealedMilliseconds))
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        var counts = FrameCounts()
        for count in try message.messages(2) {
            guard let type = UInt8(exactly: try count.word(1)) else {
                throw .malformed("the type of a frame has more than 8 bits")
            }
            counts.frames[RecordFrameType(rawValue: type)] = try count.number(2)
        }
        counts.rows = try message.number(3)
        counts.firstMilliseconds = try message.signed(4)
        counts.lastMilliseconds = try message.signed(5)
        self.init(
            digest: try message.digest(1),
            counts: counts,
            nextSequence: try message.number(6),
            nextEntry: try message.number(7),
            nextContext: try message.word(8),
            sealedMilliseconds: try message.signed(9)
        )
        guard digest.count == 32 else { throw .malformed("a footer has no digest") }
    }
}

extension GapFrame {
    var message: [UInt8] {
        var writer = ProtobufWriter()
        writer.number(1, Int(cause.rawValue))
        writer.unsigned(2, rows)
        writer.unsigned(3, frames)
        writer.unsigned(4, UInt64(bitPattern: fromMilliseconds))
        writer.unsigned(5, UInt64(bitPattern: toMilliseconds))
        return writer.bytes
    }

    init(_ message: RecordMessage) throws(MessageError) {
        self.init(
            cause: Cause(rawValue: try message.word(1)),
            rows: try message.number(2),
            frames: try message.number(3),
            fromMilliseconds: try message.signed(4),
            toMilliseconds: try message.signed(5)
        )
    }
}
