// SPDX-License-Identifier: Apache-2.0

/// What the file of a ring says of itself, in words of 8 bytes.
///
/// The tail is stored in two places in turn, each with a counter and a sum: one that a process left
/// half written is known by its sum, and the other one counts.
struct RingHead: Sendable {
    /// "LDRING01".
    private static let magic: UInt64 = 0x3130_474E_4952_444C
    private static let (magicWord, capacityWord, nonceWord) = (0, 1, 2)
    private static let tailWords = [8, 16]
    private static let gapWord = 24

    let capacity: Int
    /// Hides the numbers of entries.
    let nonce: UInt64
    /// The first entry that is not released.
    let tail: (position: UInt64, number: UInt64)

    /// Reads a head; nil where there is none.
    init?(_ file: RingFile) {
        guard file[Self.magicWord] == Self.magic, let tail = Self.newestTail(in: file) else {
            return nil
        }
        capacity = Int(clamping: file[Self.capacityWord])
        nonce = file[Self.nonceWord]
        self.tail = (tail.position, tail.number)
    }

    /// Writes the head of a new ring.
    init(_ file: RingFile, nonce: UInt64, firstEntry: UInt64) {
        capacity = file.capacity
        self.nonce = nonce
        tail = (0, firstEntry)
        file[Self.capacityWord] = UInt64(capacity)
        file[Self.nonceWord] = nonce
        Self.store(tail, in: file)
        // Last: without it there is no ring.
        file[Self.magicWord] = Self.magic
    }

    /// Stores the tail in the place that holds the older one.
    static func store(_ tail: (position: UInt64, number: UInt64), in file: RingFile) {
        let counts = tailWords.map { self.tail(at: $0, in: file)?.counter ?? 0 }
        let place = counts[0] <= counts[1] ? 0 : 1
        let word = tailWords[place]
        let counter = counts[1 - place] + 1
        file[word] = counter
        file[word + 1] = tail.position
        file[word + 2] = tail.number
        file[word + 3] = sum(counter, tail.position, tail.number)
    }

    private struct Tail {
        var counter: UInt64
        var position: UInt64
        var number: UInt64
    }

    private static func newestTail(in file: RingFile) -> Tail? {
        tailWords.compactMap { tail(at: $0, in: file) }.max { $0.counter < $1.counter }
    }

    private static func tail(at word: Int, in file: RingFile) -> Tail? {
        let tail = Tail(counter: file[word], position: file[word + 1], number: file[word + 2])
        let isWhole =
            tail.counter > 0 && tail.number > 0
            && file[word + 3] == sum(tail.counter, tail.position, tail.number)
            // Positions and numbers only count up: none comes near the end of its range.
            && tail.position < 1 << 62 && tail.number < 1 << 62 && tail.counter < 1 << 62
        return isWhole ? tail : nil
    }

    private static func sum(_ counter: UInt64, _ position: UInt64, _ number: UInt64) -> UInt64 {
        // Odd factors, so that every bit of each counts.
        ~(counter &* 0x9E37_79B9_7F4A_7C15) ^ (position &* 0xC2B2_AE3D_27D4_EB4F)
            ^ (number &* 0x1656_67B1_9E37_79F9)
    }

    // MARK: - What was dropped

    static func gap(in file: RingFile) -> GapFrame {
        GapFrame(
            cause: .noRoom,
            rows: file[gapWord],
            frames: file[gapWord + 1],
            fromMilliseconds: Int64(bitPattern: file[gapWord + 2]),
            toMilliseconds: Int64(bitPattern: file[gapWord + 3])
        )
    }

    static func store(_ gap: GapFrame, in file: RingFile) {
        file[gapWord] = gap.rows
        file[gapWord + 1] = gap.frames
        file[gapWord + 2] = UInt64(bitPattern: gap.fromMilliseconds)
        file[gapWord + 3] = UInt64(bitPattern: gap.toMilliseconds)
    }
}
