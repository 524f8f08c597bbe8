// SPDX-License-Identifier: Apache-2.0
//
package import Machine

// Long predictions are announced by their first bytes, so that what there is no room for is refused
// before its payload is received. The payload is then dropped by count.

internal import Protobuf

extension ServerConnection {
    /// Shorter frames come in one piece with others, and are looked at when they are complete.
    private static let announcedBytesMin = 4096
    /// Bytes of a message in which a model's name, a schema and the number of rows have room.
    private static let prefixBytes = 160

    /// The call of the frame that is arriving, once for each frame: a prediction by its head and the
    /// first bytes of its message. What is wrong with a frame is found when it is complete.
    mutating func announcement(in bytes: RawSpan, _ now: MonotonicTime) -> ServerCall? {
        guard let header, !isAnnounced, header.type == .request, header.endsStream,
            header.length >= Self.announcedBytesMin,
            header.stream % 2 == 1, header.stream > lastStream, refusalBeforeDecoding() == nil,
            bytes.byteCount >= FrameHeader.byteCount + 2
        else { return nil }
        let headCount = Int(bytes.bigEndian16(at: FrameHeader.byteCount))
        let end = FrameHeader.byteCount + 2 + headCount + Self.prefixBytes
        guard headCount <= limits.headBytesMax, end <= FrameHeader.byteCount + header.length,
            bytes.byteCount >= end
        else { return nil }
        isAnnounced = true
        let payload = bytes.extracting(FrameHeader.byteCount..<end)
        guard let call = try? decodeCall(header, payload, frameStartedAt ?? now),
            call.method == .predict
        else { return nil }
        return call
    }

    /// There is no room for the call that was announced last: none of its frame is handled. The
    /// caller sends END.
    package mutating func refuseAnnounced() {
        guard let refused = header, isAnnounced else { return }
        let startedAt = frameStartedAt
        forgetFrame()
        lastStream = refused.stream
        bytesToSkip = FrameHeader.byteCount + refused.length
        // Dropped or not, a frame must arrive in time.
        frameStartedAt = startedAt
        frameBytesSeen = 0
    }

    /// Drops bytes of a refused frame; at most `bytesToSkip`.
    package mutating func skip(_ count: Int) {
        bytesToSkip -= count
        frameBytesSeen += count
        if bytesToSkip == 0 { frameStartedAt = nil }
    }

    /// Bytes that are missing from the arriving frame, or from its header, after `count` bytes.
    package func bytesMissing(having count: Int) -> Int {
        let end = FrameHeader.byteCount + (header?.length ?? 0)
        return max(0, end - count)
    }

    mutating func forgetFrame() {
        header = nil
        isAnnounced = false
        frameStartedAt = nil
    }
}
