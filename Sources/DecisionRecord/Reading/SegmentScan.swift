// SPDX-License-Identifier: Apache-2.0

/// What is intact of a segment: found by reading it once.
struct SegmentScan: Sendable {
    let header: SegmentHeader
    /// Bytes up to the end of the last frame that is intact.
    var byteCount = 0
    /// The same with the footer.
    var endByteCount = 0
    var counts = FrameCounts()
    var contexts: Set<UInt32> = []
    /// The chain after the last frame, as far as it is known without the footer.
    var chain: RecordChain
    /// Nil where there is none.
    var footer: SegmentFooter?

    private init(_ header: SegmentHeader) {
        self.header = header
        chain = RecordChain()
        chain.segment = header.segment
        chain.previousDigest = header.previousDigest
        chain.sequence = header.firstSequence
        chain.entry = header.firstEntry
        chain.context = header.nextContext
    }

    /// Reads a segment up to its end, or up to the first frame that is not intact where it is open.
    /// - Returns: nil where not even the header is intact.
    static func of(
        _ segment: RecordSegment,
        in place: RecordPlace
    ) throws(RecordReadError) -> SegmentScan? {
        var scan: SegmentScan?
        try place.read(segment) { frame throws(RecordReadError) in
            let content = try frame.content()
            if case .header(let header) = content { scan = SegmentScan(header) }
            scan?.add(frame, content)
            return true
        }
        return scan
    }

    private mutating func add(_ frame: RecordFrame, _ content: RecordContent) {
        endByteCount = frame.offset + frame.bytes.count
        if case .footer(let footer) = content {
            self.footer = footer
            return
        }
        byteCount = endByteCount
        chain.sequence = frame.sequence &+ 1
        chain.entry &+= content.entryCount(isOfRing: frame.isOfRing)
        counts.add(content, type: frame.type)
        if case .context(let number, _) = content {
            contexts.insert(number.rawValue)
            chain.context = max(chain.context, number.rawValue &+ 1)
        }
    }
}

extension RecordContent {
    /// Entries of the ring that the frame stands for.
    func entryCount(isOfRing: Bool) -> UInt64 {
        guard isOfRing else { return 0 }
        if case .gap(let gap) = self { return max(1, gap.frames) }
        return 1
    }

    /// Milliseconds since 1970; nil where the frame has no time that counts.
    var time: Int64? {
        switch self {
        case .decisions(let decisions): decisions.head.timeMilliseconds
        case .gap(let gap): gap.toMilliseconds
        case .outcomes(let outcomes): outcomes.timeMilliseconds
        case .shadow(let shadow): shadow.timeMilliseconds
        case .header, .context, .footer, .unknown: nil
        }
    }
}

extension FrameCounts {
    /// Counts a frame that was read.
    mutating func add(_ content: RecordContent, type: RecordFrameType) {
        var rows: UInt64 = 0
        if case .decisions(let decisions) = content { rows = UInt64(decisions.head.rowCount) }
        add(type, rows: rows, time: content.time)
    }
}
