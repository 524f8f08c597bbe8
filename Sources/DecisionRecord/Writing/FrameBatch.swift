// SPDX-License-Identifier: Apache-2.0

/// Frames that are written together, and what they change.
struct FrameBatch {
    var bytes: [UInt8] = []
    var counts = FrameCounts()
    var contexts: Set<UInt32> = []
    /// The chain after them.
    var chain: RecordChain
    /// Where the ring goes on after them, and the number of the entry there.
    var position: UInt64
    /// What was dropped, where a frame of them says so.
    var dropped: GapFrame?
    /// Where they begin a segment: when that is.
    var createdMilliseconds: Int64 = 0

    init(chain: RecordChain, position: UInt64) {
        self.chain = chain
        self.position = position
    }

    /// Adds a frame.
    mutating func append(
        _ type: RecordFrameType,
        isOfRing: Bool = false,
        rows: UInt64 = 0,
        time: Int64? = nil,
        _ payload: RawSpan
    ) {
        RecordFrameHeader.append(
            type,
            flags: isOfRing ? RecordFrameHeader.ofRing : 0,
            sequence: chain.sequence,
            payload,
            to: &bytes
        )
        chain.sequence += 1
        counts.add(type, rows: rows, time: time)
    }

    /// Adds a frame that is not from the ring.
    mutating func append(_ type: RecordFrameType, time: Int64? = nil, _ message: [UInt8]) {
        // The message stays in place during the call.
        unsafe append(type, time: time, message.span.bytes)
    }

    /// Adds a gap in the place of entries.
    mutating func append(_ gap: GapFrame, isOfRing: Bool) {
        let message = gap.message
        // Likewise.
        unsafe append(
            .gap,
            isOfRing: isOfRing,
            time: gap.toMilliseconds,
            message.span.bytes
        )
    }
}
