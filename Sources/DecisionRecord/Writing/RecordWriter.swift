// SPDX-License-Identifier: Apache-2.0
//
// The thread that writes: it takes frames from the ring in order, writes them to the open segment,
// and seals it. A write that fails changes nothing: the frames stay in the ring, and are written
// again until it succeeds.

internal import Machine
internal import Synchronization

/// The writer of one stream. Its thread has it.
struct RecordWriter: ~Copyable {
    private let shared: RecordShared
    private let keeper: RecordKeeper
    private var chain: RecordChain
    private var segment: SegmentFile?
    /// The next entry that is taken from the ring.
    private var position: UInt64
    private var number: UInt64
    /// Whether what another process left is all in segments.
    private var isRecovered = false
    /// What is to be said of the time before this process.
    private var gaps: [GapFrame]
    private let firstOwnContext: UInt32
    /// What is intact of the segment that another process was writing, until it is taken up.
    private var scan: SegmentScan?

    init(_ shared: RecordShared, keeper: RecordKeeper, _ start: RecordStart) {
        self.shared = shared
        self.keeper = keeper
        chain = start.chain
        scan = start.scan
        gaps = start.gaps
        firstOwnContext = start.firstOwnContext
        (position, number) = shared.ring.start
        shared.status.setSegment(chain.segment)
    }

    /// Works until it is to end, and then until the ring is empty or the time is up.
    mutating func run() {
        var quiet = 0
        var end: MonotonicTime?
        while true {
            let isStopping = shared.signal.isStopped
            if isStopping, end == nil { end = .now().advanced(by: shared.timing.stop) }
            let hasWorked = step(isStopping: isStopping)
            if isStopping {
                let isDone = hasWorked == false && shared.status.obstacle == nil
                if isDone || MonotonicTime.now() >= end ?? .distantFuture { break }
            }
            if hasWorked == true {
                quiet = 0
                continue
            }
            quiet += 1
            wait(quiet, isStopping: isStopping)
        }
        shared.waiters.fail(.stopped, isStopped: true)
        segment = nil
    }

    /// Writes what there is.
    /// - Returns: whether there was something; nil where it failed.
    private mutating func step(isStopping: Bool) -> Bool? {
        do throws(RecordError) {
            try resume()
            let hasWritten = try write()
            try sealIfDue(isStopping: isStopping && !hasWritten)
            shared.status.setObstacle(nil)
            return hasWritten
        } catch {
            shared.status.setObstacle(error.description)
            if shared.configuration.mode == .durable {
                shared.waiters.fail(.notDurable(error.description))
            }
            return nil
        }
    }

    /// Takes up the segment that another process was writing.
    private mutating func resume() throws(RecordError) {
        guard let scan else { return }
        do throws(RecordFileError) {
            segment = try SegmentFile(
                resuming: scan,
                folder: shared.streamFolder,
                disk: shared.disk
            )
        } catch {
            throw .file(error)
        }
        self.scan = nil
    }

    private func wait(_ quiet: Int, isStopping: Bool) {
        let timing = shared.timing
        if shared.status.isFailing.load(ordering: .relaxed) {
            return shared.signal.pause(isStopping ? timing.tick : timing.retry)
        }
        if isStopping { return shared.signal.pause(timing.tick) }
        let isQuiet = quiet > Self.ticksBeforeSleep
        shared.signal.wait(
            isQuiet ? timing.sleep : timing.tick,
            // Whoever waits for the disk does not wait for the tick as well.
            mayBeWoken: isQuiet || shared.configuration.mode == .durable
        )
    }

    private static let ticksBeforeSleep = 25

    // MARK: - Writing

    /// Writes the next frames.
    /// - Returns: whether there were any.
    private mutating func write() throws(RecordError) -> Bool {
        var batch = FrameBatch(chain: chain, position: position)
        var next = number
        let hasEntries = collect(&batch, &next)
        guard hasEntries || !batch.bytes.isEmpty else {
            finishRecovery()
            return false
        }
        if !batch.bytes.isEmpty { try commit(batch) }
        position = batch.position
        number = next
        gaps = []
        shared.ring.release(upTo: position, number: number)
        if let dropped = batch.dropped { shared.ring.subtractDropped(dropped) }
        if shared.configuration.mode == .durable { shared.waiters.advance(to: position) }
        finishRecovery()
        return true
    }

    private mutating func commit(_ batch: FrameBatch) throws(RecordError) {
        let used = shared.status.diskBytes.load(ordering: .relaxed)
        let limit = shared.configuration.diskByteCountMax
        guard used + batch.bytes.count <= limit else {
            throw .diskBound(folder: shared.configuration.folder, limit: limit)
        }
        let isDurable = shared.configuration.mode == .durable
        let began = MonotonicTime.now()
        shared.status.beginDisk(began)
        defer { shared.status.endDisk() }
        do throws(RecordFileError) {
            let file = try openSegment(batch)
            try file.append(batch, isDurable: isDurable)
        } catch {
            throw .file(error)
        }
        if isDurable {
            shared.status.setLastSync(.nanoseconds(MonotonicTime.now().nanoseconds(since: began)))
        }
        shared.status.diskBytes.add(batch.bytes.count, ordering: .relaxed)
        chain = batch.chain
    }

    private mutating func openSegment(_ batch: FrameBatch) throws(RecordFileError) -> SegmentFile {
        if let segment { return segment }
        let file = try SegmentFile(
            header(createdAt: batch),
            folder: shared.streamFolder,
            disk: shared.disk
        )
        segment = file
        shared.status.setSegment(file.number)
        return file
    }

    /// The header of the segment that the chain continues with.
    private func header(createdAt batch: FrameBatch) -> SegmentHeader {
        SegmentHeader(
            stream: shared.stream,
            segment: chain.segment,
            createdMilliseconds: batch.createdMilliseconds,
            build: shared.configuration.build,
            previousDigest: chain.previousDigest,
            firstSequence: chain.sequence,
            firstEntry: chain.entry,
            hashesIDs: shared.configuration.hashesIDs,
            nextContext: chain.context
        )
    }

    // MARK: - Collecting

    /// Makes frames of what is in the ring.
    /// - Returns: whether entries were taken, also where they were in a segment already.
    private mutating func collect(_ batch: inout FrameBatch, _ next: inout UInt64) -> Bool {
        let first = batch.position
        for gap in gaps {
            beginSegment(&batch)
            batch.append(gap, isOfRing: gap.cause == .damaged)
            if gap.cause == .damaged { batch.chain.entry += gap.frames }
        }
        while batch.bytes.count < RecordLimits.batchBytes, !isFull(batch),
            let entry = shared.ring.entry(at: batch.position, number: next)
        {
            guard take(entry, &batch) else { break }
            batch.position += UInt64(entry.byteCount)
            next += 1
        }
        if let dropped = shared.ring.dropped {
            beginSegment(&batch)
            batch.append(dropped, isOfRing: false)
            batch.dropped = dropped
        }
        return batch.position > first
    }

    private func isFull(_ batch: FrameBatch) -> Bool {
        let count = (segment?.byteCount ?? 0) + batch.bytes.count
        return count >= shared.configuration.segmentByteCountMax
    }

    /// Adds the frame of an entry.
    /// - Returns: false where it is not whole yet.
    private mutating func take(_ entry: RingEntry, _ batch: inout FrameBatch) -> Bool {
        let ring = shared.ring
        let isPublished = ring.isPublished(at: batch.position)
        let isOfOther = batch.position < ring.recoveredEnd
        if !isOfOther, !isPublished { return false }
        // It is in a segment already: the process ended before it could give the room back.
        if entry.number < batch.chain.entry { return true }
        beginSegment(&batch)
        if isOfOther {
            let isIntact = isPublished && ring.isIntact(entry, at: batch.position)
            guard isIntact, addContexts(entry, &batch) else {
                let gap = GapFrame(
                    cause: isPublished ? .damaged : .interrupted,
                    rows: UInt64(entry.rows),
                    frames: 1,
                    fromMilliseconds: entry.time,
                    toMilliseconds: entry.time
                )
                batch.append(gap, isOfRing: true)
                batch.chain.entry += 1
                shared.addLost()
                return true
            }
        } else {
            let isKnown = addContexts(entry, &batch)
            precondition(isKnown, "frames refer to contexts that were registered")
        }
        let rows = entry.type == .decisions ? UInt64(entry.rows) : 0
        ring.withPayload(of: entry, at: batch.position) { payload in
            batch.append(entry.type, isOfRing: true, rows: rows, time: entry.time, payload)
        }
        batch.chain.entry += 1
        return true
    }

    /// Adds the contexts that an entry refers to and that the segment does not have.
    /// - Returns: false where one is not known.
    private func addContexts(_ entry: RingEntry, _ batch: inout FrameBatch) -> Bool {
        for number in [entry.context, entry.otherContext] where number != 0 {
            let isThere = segment?.contexts.contains(number) == true
            if isThere || batch.contexts.contains(number) { continue }
            guard let message = shared.contexts.message(number) else { return false }
            batch.append(.context, message)
            batch.contexts.insert(number)
            batch.chain.context = max(batch.chain.context, number &+ 1)
        }
        return true
    }

    /// The first bytes and the header, where the batch begins a segment.
    private func beginSegment(_ batch: inout FrameBatch) {
        guard segment.map({ $0.byteCount == 0 }) ?? true, batch.bytes.isEmpty else { return }
        batch.createdMilliseconds = segment?.header.createdMilliseconds ?? shared.timing.now()
        batch.bytes = SegmentDecoder.prefix
        batch.append(.segmentHeader, header(createdAt: batch).message)
    }

    // MARK: - Sealing

    private mutating func finishRecovery() {
        guard !isRecovered, position >= shared.ring.recoveredEnd else { return }
        isRecovered = true
        shared.contexts.forget(below: firstOwnContext)
        shared.sendRecovery()
    }

    private mutating func sealIfDue(isStopping: Bool) throws(RecordError) {
        guard let file = segment, file.byteCount > 0 else { return }
        let age = file.begun.map { MonotonicTime.now().nanoseconds(since: $0) } ?? 0
        // What another process began is sealed as soon as it is complete.
        let isOfOther = file.number == shared.recoveredSegment && isRecovered
        guard
            isStopping || isOfOther
                || file.byteCount >= shared.configuration.segmentByteCountMax
                || age >= shared.configuration.segmentAge.nanosecondsClamped
        else { return }
        let began = MonotonicTime.now()
        shared.status.beginDisk(began)
        defer { shared.status.endDisk() }
        let footer: SegmentFooter
        do throws(RecordFileError) {
            footer = try file.seal(chain, now: shared.timing.now())
        } catch {
            throw .file(error)
        }
        shared.status.setLastSync(.nanoseconds(MonotonicTime.now().nanoseconds(since: began)))
        shared.status.diskBytes.add(file.sealedByteCount - file.byteCount, ordering: .relaxed)
        shared.status.addSealed()
        chain = RecordChain(after: footer, of: file.number)
        segment = nil
        shared.status.send(
            .sealed(
                stream: shared.stream,
                segment: file.number,
                digest: RecordNames.hex(footer.digest),
                rows: footer.counts.rows
            )
        )
        keeper.add(segment: file.number, byteCount: file.sealedByteCount)
    }
}
