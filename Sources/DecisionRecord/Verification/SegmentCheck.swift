// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// What a segment says of itself, held against what is in it.
struct SegmentCheck {
    struct Fault {
        let sentence: String
        let offset: Int?
        let sequence: UInt64?
    }

    private let segment: RecordSegment
    private(set) var header: SegmentHeader?
    private(set) var footer: SegmentFooter?
    private(set) var counts = FrameCounts()
    private(set) var gaps: [GapFrame] = []
    private(set) var gapsLeftOut = 0
    private(set) var unknownCount = 0
    private(set) var faults: [Fault] = []
    /// Of the whole stream.
    private(set) var contexts: [UInt32: [UInt8]]
    /// Of this segment.
    private var known: Set<UInt32> = []
    private var hash = SegmentHash()
    private var sequence: UInt64 = 0
    private var entry: UInt64 = 0
    private var endOffset = 0

    init(_ segment: RecordSegment, contexts: [UInt32: [UInt8]]) {
        self.segment = segment
        self.contexts = contexts
    }

    mutating func addFault(_ sentence: String, _ offset: Int? = nil, _ sequence: UInt64? = nil) {
        faults.append(Fault(sentence: sentence, offset: offset, sequence: sequence))
    }

    /// Takes the next frame.
    mutating func add(_ frame: RecordFrame, _ content: RecordContent) {
        endOffset = frame.offset + frame.bytes.count
        sequence = frame.sequence &+ 1
        if case .footer(let footer) = content {
            self.footer = footer
            return
        }
        switch content {
        case .header(let header): add(header, frame)
        case .context(let number, _): add(number.rawValue, frame)
        case .decisions(let decisions):
            require([decisions.head.context.rawValue], frame)
        case .shadow(let shadow):
            require([shadow.champion.rawValue, shadow.challenger.rawValue], frame)
        case .gap(let gap):
            if gaps.count < StreamVerification.gapsMax {
                gaps.append(gap)
            } else {
                gapsLeftOut += 1
            }
        case .unknown: unknownCount += 1
        case .outcomes, .footer: break
        }
        hash.add(frame.bytes)
        counts.add(content, type: frame.type)
        entry &+= content.entryCount(isOfRing: frame.isOfRing)
    }

    private mutating func add(_ header: SegmentHeader, _ frame: RecordFrame) {
        self.header = header
        hash.begin(header.previousDigest)
        entry = header.firstEntry
        if header.stream != segment.stream {
            addFault("the segment is of the stream '\(header.stream)'", frame.offset)
        }
        if header.segment != segment.number {
            addFault("the segment has the number \(header.segment)", frame.offset)
        }
        if header.firstSequence != frame.sequence {
            addFault(
                "the header says that the segment begins with the frame \(header.firstSequence)",
                frame.offset,
                frame.sequence
            )
        }
    }

    private mutating func add(_ number: UInt32, _ frame: RecordFrame) {
        known.insert(number)
        let digest = SHA256.hash(Array(frame.payload))
        if let earlier = contexts[number], earlier != digest {
            addFault(
                "the context \(number) is another one than in an earlier frame",
                frame.offset,
                frame.sequence
            )
        }
        contexts[number] = digest
    }

    private mutating func require(_ numbers: [UInt32], _ frame: RecordFrame) {
        for number in numbers where !known.contains(number) {
            addFault(
                "the frame refers to the context \(number), which the segment has not before it",
                frame.offset,
                frame.sequence
            )
        }
    }

    /// Holds the header against the end of the segment before.
    mutating func compare(_ header: SegmentHeader, with chain: RecordChain?) {
        let zeros = [UInt8](repeating: 0, count: SHA256.byteCount)
        if segment.number == 1, header.previousDigest != zeros {
            addFault("the first segment names a segment before it")
        }
        guard let chain else { return }
        if header.previousDigest != chain.previousDigest {
            addFault(
                "the segment does not follow the one before it: it names another digest than that "
                    + "one has"
            )
        }
        if header.firstSequence != chain.sequence {
            addFault(
                "the segment begins with the frame \(header.firstSequence), where "
                    + "\(chain.sequence) must follow"
            )
        }
    }

    /// Holds the footer against what was read.
    mutating func finish() {
        guard let footer else {
            if !segment.isOpen, faults.isEmpty {
                addFault("the segment has no footer: its end was cut off", endOffset)
            }
            return
        }
        if footer.digest != hash.value {
            addFault("the segment was changed: its SHA-256 is not the one that its footer states")
        }
        if footer.counts != counts {
            addFault("the segment's footer counts other frames, rows or times than there are")
        }
        if footer.nextSequence != sequence || footer.nextEntry != entry {
            addFault("the segment's footer names another frame to follow than the next one")
        }
    }
}

/// The digest of a segment, frame by frame; a value that can be copied, as what has it is.
private struct SegmentHash {
    private final class Box {
        var digest = ContentDigest()
    }

    private let box = Box()

    /// Begins with the segment before and the first bytes of the file.
    func begin(_ previousDigest: [UInt8]) {
        box.digest.add(previousDigest)
        box.digest.add(SegmentDecoder.prefix)
    }

    func add(_ bytes: ArraySlice<UInt8>) { box.digest.add(bytes) }

    var value: [UInt8] { box.digest.value }
}
