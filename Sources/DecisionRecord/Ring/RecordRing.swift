// SPDX-License-Identifier: Apache-2.0
//
// A queue of frames in a mapped file: many threads append, one takes them out in order. What is in
// it survives the end of the process, so that an append is a promise as soon as it returns.
//
// An append reserves its place under a lock, which is held for some stores only, writes there
// without it, and publishes what it has written by one word. A process that ends in between leaves
// an entry of known length that is not published; those after it are found all the same.
//
// Proof for the memory: positions from `tail` up to `head` are the entries'. One that is not yet
// published is its appender's alone, one that is published is only read, and what is before `tail`
// and from `head` on is written by nobody but the next reservation.

internal import Glibc
internal import Machine
internal import Synchronization

/// The ring of one stream.
final class RecordRing: Sendable {
    /// A place that was reserved.
    struct Reservation: Sendable {
        let position: UInt64
        let payloadByteCount: Int
        /// The position after it.
        let end: UInt64
    }

    private struct Ends {
        var head: UInt64
        /// The number of the next entry.
        var number: UInt64
    }

    private let file: RingFile
    private let nonce: UInt64
    private let ends: Mutex<Ends>
    private let tail: Atomic<UInt64>
    /// Where entries end that another process left, and how many of them there are.
    let recoveredEnd: UInt64
    let recoveredCount: Int
    /// Where reading begins, and the number of the entry there.
    let start: (position: UInt64, number: UInt64)
    private let gap = Mutex(())

    /// Opens a ring, or makes one.
    /// - Parameters:
    ///   - capacity: bytes; a ring that still holds entries keeps the capacity that it has.
    ///   - firstEntry: the number of the first entry that is in no segment. Entries before it are
    ///     not taken out again.
    convenience init(_ path: String, capacity: Int, firstEntry: UInt64) throws(RecordFileError) {
        let old: RingFile?
        do throws(RecordFileError) {
            old = try RingFile(path, capacity: nil)
        } catch {
            // A ring that is not there, or that a process left half made, holds nothing. One that
            // cannot be opened for the moment may hold decisions.
            guard [ENOENT, EINVAL].contains(error.code) else { throw error }
            old = nil
        }
        var dropped: GapFrame?
        if let old, let found = RingHead(old), found.capacity == old.capacity {
            let walk = Self.walk(old, found)
            let holdsAny = walk.number > max(firstEntry, found.tail.number)
            let isAsAsked = Self.rounded(capacity) == old.capacity
            // One that ends before the segments do is a copy of an earlier time, as a power cut
            // leaves it: what comes next would not be found after its end.
            if holdsAny || (isAsAsked && walk.number >= firstEntry) {
                self.init(old, found, walk, firstEntry)
                return
            }
            dropped = RingHead.gap(in: old)
        }
        try RecordFolder.remove(path)
        let new = try RingFile(path, capacity: capacity)
        let head = RingHead(
            new,
            nonce: UInt64.random(in: .min ... .max),
            firstEntry: firstEntry
        )
        if let dropped { RingHead.store(dropped, in: new) }
        self.init(new, head, (0, firstEntry, 0), firstEntry)
    }

    private init(
        _ file: RingFile,
        _ head: RingHead,
        _ walk: (position: UInt64, number: UInt64, count: Int),
        _ firstEntry: UInt64
    ) {
        self.file = file
        nonce = head.nonce
        start = head.tail
        tail = Atomic(head.tail.position)
        recoveredEnd = walk.position
        recoveredCount = walk.count
        ends = Mutex(Ends(head: walk.position, number: max(walk.number, firstEntry)))
    }

    private static func rounded(_ capacity: Int) -> Int {
        let part = RingFile.headByteCount
        return (capacity + part - 1) / part * part
    }

    /// Finds the end of what was begun before.
    private static func walk(
        _ file: RingFile,
        _ head: RingHead
    ) -> (position: UInt64, number: UInt64, count: Int) {
        var (position, number) = head.tail
        var left = file.capacity
        var count = 0
        // Nobody else has the ring: the lock of the folder is held.
        while let entry = unsafe RingEntry(
            at: file.memory(at: position),
            number: number,
            nonce: head.nonce,
            bytesMax: left
        ) {
            position += UInt64(entry.byteCount)
            left -= entry.byteCount
            number += 1
            count += 1
        }
        return (position, number, count)
    }

    /// Bytes that the ring holds at most.
    var capacity: Int { file.capacity }

    /// Bytes of entries that are not yet released.
    var byteCount: Int {
        let head = ends.withLock { $0.head }
        return Int(head &- tail.load(ordering: .relaxed))
    }

    /// The largest payload that the ring takes.
    var payloadBytesMax: Int {
        min(RecordLimits.payloadBytesMax, capacity / 2 - RingEntry.headByteCount)
    }

    // MARK: - Appending

    /// Takes a place for an entry; its number is the ring's to give.
    /// - Returns: nil where there is no room.
    func reserve(_ entry: RingEntry) -> Reservation? {
        let byteCount = UInt64(entry.byteCount)
        let capacity = UInt64(file.capacity)
        return ends.withLock { ends in
            let used = ends.head &- tail.load(ordering: .acquiring)
            guard byteCount <= capacity, used <= capacity - byteCount else { return nil }
            var entry = entry
            entry.number = ends.number
            // Within the ring, and free: see the proof at the head of this file.
            unsafe entry.begin(at: file.memory(at: ends.head), nonce: nonce)
            let position = ends.head
            ends.head += byteCount
            ends.number += 1
            return Reservation(
                position: position,
                payloadByteCount: entry.length,
                end: ends.head
            )
        }
    }

    /// Writes the payload of a reservation and publishes it.
    func fill(_ reservation: Reservation, _ write: (inout PayloadWriter) -> Void) {
        let place = unsafe file.memory(at: reservation.position)
        // The place is this caller's until it is published; the writer keeps to its length.
        let payload = unsafe place + RingEntry.headByteCount
        var writer = unsafe PayloadWriter(payload, byteCount: reservation.payloadByteCount)
        write(&writer)
        precondition(writer.isFull, "a payload has the length that was worked out for it")
        unsafe RingEntry.publish(at: place, length: reservation.payloadByteCount)
    }

    /// Whether more than half of the ring is taken.
    var isFilling: Bool { byteCount > capacity / 2 }

    // MARK: - Taking out, by one thread

    /// The entry at a position, where it was begun.
    func entry(at position: UInt64, number: UInt64) -> RingEntry? {
        let end = ends.withLock { $0.head }
        guard position < end else { return nil }
        return unsafe RingEntry(
            at: file.memory(at: position),
            number: number,
            nonce: nonce,
            bytesMax: file.capacity
        )
    }

    /// Whether the entry at a position is whole.
    func isPublished(at position: UInt64) -> Bool {
        unsafe RingEntry.isPublished(at: file.memory(at: position))
    }

    /// Whether an entry that another process published is as it was.
    func isIntact(_ entry: RingEntry, at position: UInt64) -> Bool {
        unsafe RingEntry.isIntact(at: file.memory(at: position), length: entry.length)
    }

    /// Lends the payload of an entry that is published.
    func withPayload(
        of entry: RingEntry,
        at position: UInt64,
        _ body: (RawSpan) -> Void
    ) {
        let start = unsafe file.memory(at: position) + RingEntry.headByteCount
        // Nobody writes there until the entry is released, which this thread does.
        let payload = unsafe UnsafeRawBufferPointer(start: start, count: entry.length)
        unsafe body(payload.bytes)
    }

    /// Gives the room of all entries before a position back.
    /// - Parameter number: of the entry at the position.
    func release(upTo position: UInt64, number: UInt64) {
        RingHead.store((position, number), in: file)
        tail.store(position, ordering: .releasing)
    }

    // MARK: - What had no room

    /// Counts decisions that are not recorded; the count survives the process, too.
    func addDropped(rows: Int, time: Int64) {
        gap.withLock { _ in
            var gap = RingHead.gap(in: file)
            gap.rows += UInt64(rows)
            gap.frames += 1
            if gap.frames == 1 { gap.fromMilliseconds = time }
            gap.toMilliseconds = max(gap.toMilliseconds, time)
            RingHead.store(gap, in: file)
        }
    }

    /// What was dropped and is in no segment; nil where nothing was.
    var dropped: GapFrame? {
        let gap = gap.withLock { _ in RingHead.gap(in: file) }
        return gap.frames > 0 ? gap : nil
    }

    /// Takes off what is in a segment now.
    func subtractDropped(_ written: GapFrame) {
        gap.withLock { _ in
            var gap = RingHead.gap(in: file)
            gap.rows -= written.rows
            gap.frames -= written.frames
            gap.fromMilliseconds = gap.frames > 0 ? written.toMilliseconds : 0
            if gap.frames == 0 { gap.toMilliseconds = 0 }
            RingHead.store(gap, in: file)
        }
    }
}
