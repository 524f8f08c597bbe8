// SPDX-License-Identifier: Apache-2.0

/// Takes a segment apart whose bytes come piece by piece. What is held is one frame and one piece
/// at most.
package struct SegmentDecoder {
    /// "LDRECORD", and the version after it.
    package static let magic = Array("LDRECORD".utf8)
    /// The version that this release writes, and the newest that it reads.
    package static let version: UInt32 = 1
    /// Bytes before the first frame.
    package static let prefixByteCount = 12

    /// The first bytes of each segment.
    static var prefix: [UInt8] {
        var bytes = magic
        bytes.appendLittleEndian(version)
        return bytes
    }

    private let name: String
    private var buffer: [UInt8] = []
    /// The first byte of the buffer that is not taken yet.
    private var next = 0
    /// The place of that byte in the segment.
    private var offset = 0
    private var isBegun = false
    private var expected: UInt64?
    private var isEnded = false

    /// - Parameter name: of the segment, for errors.
    package init(name: String) { self.name = name }

    /// The bytes of all frames that were whole, and what was before them.
    package var takenByteCount: Int { offset }

    /// Takes the next bytes, and hands out the frames that they complete.
    /// - Parameter body: returns whether to go on.
    /// - Returns: whether to go on.
    package mutating func append(
        _ bytes: Span<UInt8>,
        _ body: (RecordFrame) throws(RecordReadError) -> Bool
    ) throws(RecordReadError) -> Bool {
        if next > 0 {
            buffer.removeSubrange(..<next)
            next = 0
        }
        // The span is read during the call only.
        unsafe bytes.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
        if !isBegun {
            guard try takePrefix() else { return true }
        }
        while let frame = try takeFrame() {
            if try !body(frame) { return false }
        }
        return true
    }

    /// Says that there are no more bytes.
    /// - Throws: where the segment ends within a frame.
    package func finish() throws(RecordReadError) {
        guard isBegun else { throw fault(.notASegment) }
        guard next == buffer.count else { throw fault(.cut(offset: offset)) }
    }

    private mutating func takePrefix() throws(RecordReadError) -> Bool {
        let known = min(buffer.count, Self.magic.count)
        guard buffer.prefix(known).elementsEqual(Self.magic.prefix(known)) else {
            throw fault(.notASegment)
        }
        guard buffer.count >= Self.prefixByteCount else { return false }
        let number = buffer[Self.magic.count..<Self.prefixByteCount]
        let version = number.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard version == Self.version else { throw fault(.version(version)) }
        isBegun = true
        next = Self.prefixByteCount
        offset = Self.prefixByteCount
        return true
    }

    /// The next frame that is whole; nil where none is yet.
    private mutating func takeFrame() throws(RecordReadError) -> RecordFrame? {
        let left = buffer.count - next
        if isEnded, left > 0 { throw fault(.afterFooter(offset: offset)) }
        guard left >= RecordFrameHeader.byteCount else { return nil }
        let header = RecordFrameHeader(buffer[next...])
        guard header.length <= RecordLimits.payloadBytesMax else {
            throw fault(.tooLong(offset: offset, length: header.length))
        }
        let byteCount = RecordFrameHeader.byteCount + header.length
        guard left >= byteCount else { return nil }
        guard header.isIntact(buffer[next..<next + byteCount]) else {
            throw fault(.checksum(offset: offset, sequence: header.sequence))
        }
        if let expected, header.sequence != expected {
            throw fault(.order(offset: offset, expected: expected, found: header.sequence))
        }
        guard (header.type == .segmentHeader) == (expected == nil) else {
            throw fault(.header(offset: offset))
        }
        expected = header.sequence &+ 1
        isEnded = header.type == .segmentFooter
        let frame = RecordFrame(
            segment: name,
            type: header.type,
            flags: header.flags,
            sequence: header.sequence,
            offset: offset,
            bytes: buffer[next..<next + byteCount]
        )
        next += byteCount
        offset += byteCount
        return frame
    }

    private func fault(_ fault: SegmentFault) -> RecordReadError {
        .segment(name: name, fault)
    }
}
