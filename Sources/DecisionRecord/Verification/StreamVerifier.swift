// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// Verifies the segments of a stream, one after the other.
struct StreamVerifier {
    private var result: StreamVerification
    /// Whether the segment before is one that is being written: nothing may follow it.
    private var isLastOpen = false
    private let heads: [RecordHead]
    private var headsSeen: Set<UInt64> = []
    /// The end of the chain so far; nil at the beginning, and after a segment whose end is not
    /// known.
    private var chain: RecordChain?
    /// Digests of the messages of contexts: a number is always the same context.
    private var contexts: [UInt32: [UInt8]] = [:]

    init(_ stream: String, _ heads: [RecordHead]) {
        result = StreamVerification(stream)
        self.heads = heads
    }

    /// Reads the next segment.
    mutating func read(
        _ segment: RecordSegment,
        in place: RecordPlace
    ) throws(RecordReadError) {
        noteNumber(of: segment)
        var check = SegmentCheck(segment, contexts: contexts)
        do throws(RecordReadError) {
            try place.read(segment) { frame throws(RecordReadError) in
                let content = try frame.content()
                check.add(frame, content)
                return true
            }
        } catch {
            // A place that cannot be read is no fault of the record.
            guard case .segment(_, let fault) = error else { throw error }
            check.addFault(fault.description, fault.offset, fault.sequence)
        }
        finish(check, segment)
    }

    /// What was found.
    func finish() -> StreamVerification {
        var result = result
        for head in heads where !headsSeen.contains(head.segment) {
            result.addFault(
                "the segment \(head.segment) is missing, whose digest was noted when it was sealed",
                segment: head.segment
            )
        }
        return result
    }

    private mutating func noteNumber(of segment: RecordSegment) {
        if result.segments == 0 {
            result.first = segment.number
            if segment.number > 1 {
                result.addNote("the record begins at this segment", segment: segment.number)
            }
        } else if segment.number != result.last &+ 1 {
            let missing = result.last &+ 1
            let end = segment.number - 1
            if segment.number <= result.last {
                result.addFault("the segment is there twice", segment: segment.number)
            } else {
                let words =
                    missing == end
                    ? "the segment \(missing) is missing"
                    : "the segments \(missing) to \(end) are missing"
                result.addFault(words, segment: missing)
            }
            chain = nil
        }
        if isLastOpen {
            result.addFault("the segment is not sealed, and others follow it", segment: result.last)
        }
        isLastOpen = segment.isOpen
        result.segments += 1
        result.last = segment.number
    }

    private mutating func finish(_ check: SegmentCheck, _ segment: RecordSegment) {
        var check = check
        if let header = check.header { check.compare(header, with: chain) }
        check.finish()
        contexts = check.contexts
        result.counts.add(check.counts)
        for gap in check.gaps { result.add(gap) }
        result.gapCount += check.gapsLeftOut
        for fault in check.faults {
            result.addFault(
                fault.sentence,
                segment: segment.number,
                offset: fault.offset,
                sequence: fault.sequence
            )
        }
        if check.unknownCount > 0 {
            result.addNote(
                "the segment has \(check.unknownCount) frames of types that this release does not "
                    + "know",
                segment: segment.number
            )
        }
        if segment.isOpen {
            result.addNote("the segment is not sealed yet", segment: segment.number)
        }
        guard let footer = check.footer, check.faults.isEmpty else {
            chain = nil
            if !segment.isOpen { result.head = nil }
            compareHead(segment.number, digest: check.footer?.digest)
            return
        }
        chain = RecordChain(after: footer, of: segment.number)
        result.head = RecordHead(
            stream: result.stream,
            segment: segment.number,
            digest: footer.digest
        )
        compareHead(segment.number, digest: footer.digest)
    }

    private mutating func compareHead(_ number: UInt64, digest: [UInt8]?) {
        for head in heads where head.segment == number {
            headsSeen.insert(number)
            if head.digest != digest {
                result.addFault(
                    "the segment's digest is not the one that was noted when it was sealed",
                    segment: number
                )
            }
        }
    }
}
