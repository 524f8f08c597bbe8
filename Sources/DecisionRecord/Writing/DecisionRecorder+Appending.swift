// SPDX-License-Identifier: Apache-2.0

internal import Dispatch
internal import Glibc
internal import Machine
internal import Synchronization

extension DecisionRecorder {
    /// Appends decisions. It does not block and takes no memory, but for `unknown` and `reasons`;
    /// many rows become several frames.
    ///
    /// What is empty was not answered. In mode best-effort what has no room is dropped and counted,
    /// and the ticket says so.
    /// - Parameters:
    ///   - id: of the request; cut to ``RecordLimits/idBytesMax`` bytes.
    ///   - numbers: column after column, each of `columnStride` values.
    ///   - codes: likewise.
    ///   - prepared: likewise, in place of the two.
    ///   - columnStride: rows of these matrices; nil: as many as are appended.
    ///   - rowOffset: the first of them that is appended.
    ///   - unknown: texts that have the code of unknown ones; rows count from the first appended.
    ///   - margins: row after row, of the appended rows only, as all that follow.
    ///   - values: row after row.
    ///   - calibrated: one for each row, as all that follow.
    ///   - mayWait: whether the call may wait for room for ``RecordLimits/roomPatience``.
    @discardableResult
    package func append(
        _ head: DecisionHead,
        id: Span<UInt8>,
        numbers: Span<Float> = Span(),
        codes: Span<UInt8> = Span(),
        prepared: Span<Float> = Span(),
        columnStride: Int? = nil,
        rowOffset: Int = 0,
        unknown: [UnknownText] = [],
        margins: Span<Float>,
        values: Span<Float>,
        calibrated: Span<Double> = Span(),
        points: Span<Int32> = Span(),
        bands: Span<UInt8> = Span(),
        outcomes: Span<UInt8> = Span(),
        rules: Span<UInt64> = Span(),
        reasons: RecordedReasons? = nil,
        mayWait: Bool = false
    ) throws(RecordRefusal) -> RecordTicket {
        precondition(head.rowCount > 0, "there are rows to append")
        var columns = DecisionColumns(head: head)
        let rowCount = columnStride ?? head.rowCount
        let rows = rowOffset..<rowOffset + head.rowCount
        // All of these point into spans that live as long as this call, in which they are used.
        unsafe columns.id = RawColumn(
            rows: id.extracting(first: RecordLimits.idBytesMax)
        )
        unsafe columns.numbers = RawColumn(columns: numbers, rowCount: rowCount)
            .rows(rows, of: rowCount)
        unsafe columns.codes = RawColumn(columns: codes, rowCount: rowCount)
            .rows(rows, of: rowCount)
        unsafe columns.prepared = RawColumn(columns: prepared, rowCount: rowCount)
            .rows(rows, of: rowCount)
        unsafe columns.margins = RawColumn(rows: margins)
        unsafe columns.values = RawColumn(rows: values)
        unsafe columns.calibrated = RawColumn(rows: calibrated)
        unsafe columns.points = RawColumn(rows: points)
        unsafe columns.bands = RawColumn(rows: bands)
        unsafe columns.outcomes = RawColumn(rows: outcomes)
        unsafe columns.rules = RawColumn(rows: rules)
        columns.unknown = unknown
        columns.reasons = reasons
        return try append(columns, mayWait: mayWait)
    }

    /// Appends what became of decisions.
    @discardableResult
    package func append(
        _ outcomes: OutcomeBatch,
        mayWait: Bool = false
    ) throws(RecordRefusal) -> RecordTicket {
        let entry = RingEntry(
            number: 0,
            length: 0,
            type: .outcomes,
            time: outcomes.timeMilliseconds
        )
        return try append(outcomes.message, entry, mayWait: mayWait)
    }

    /// Appends what a challenger would have answered.
    @discardableResult
    package func append(
        _ shadow: ShadowBatch,
        mayWait: Bool = false
    ) throws(RecordRefusal) -> RecordTicket {
        let entry = RingEntry(
            number: 0,
            length: 0,
            type: .shadow,
            context: shadow.champion.rawValue,
            otherContext: shadow.challenger.rawValue,
            time: shadow.timeMilliseconds
        )
        return try append(shadow.message, entry, mayWait: mayWait)
    }

    // MARK: - Frames

    private func append(
        _ columns: DecisionColumns,
        mayWait: Bool
    ) throws(RecordRefusal) -> RecordTicket {
        let count = columns.head.rowCount
        let bytesMax = shared.ring.payloadBytesMax
        let aim = min(RecordLimits.frameBytesAim, bytesMax / 2)
        let part = max(1, min(count, RecordLimits.frameRowsMax, aim / columns.rowByteCount))
        if part == count {
            let frame = columns.frame(0..<count)
            let byteCount = frame.byteCount
            if byteCount <= bytesMax { return try append(frame, byteCount, mayWait: mayWait) }
        }
        var ticket = RecordTicket(entry: 0, isRecorded: false)
        var isWhole = true
        // Rows with many reasons may need frames of fewer rows.
        var pending = stride(from: 0, to: count, by: part).reversed().map {
            $0..<min(count, $0 + part)
        }
        while let rows = pending.popLast() {
            let frame = columns.frame(rows)
            let byteCount = frame.byteCount
            if byteCount > bytesMax {
                guard rows.count > 1 else { throw refused(.tooLarge(limit: bytesMax)) }
                let middle = rows.lowerBound + rows.count / 2
                pending += [middle..<rows.upperBound, rows.lowerBound..<middle]
                continue
            }
            ticket = try append(frame, byteCount, mayWait: mayWait)
            isWhole = isWhole && ticket.isRecorded
        }
        return RecordTicket(entry: ticket.entry, isRecorded: isWhole)
    }

    private func append(
        _ frame: DecisionFrameEncoding,
        _ byteCount: Int,
        mayWait: Bool
    ) throws(RecordRefusal) -> RecordTicket {
        let rowCount = frame.head.rowCount
        let reservation = try reserve(
            frame.entry(byteCount: byteCount),
            rowCount: rowCount,
            mayWait: mayWait
        )
        guard let reservation else { return RecordTicket(entry: 0, isRecorded: false) }
        shared.ring.fill(reservation) { frame.write(to: &$0) }
        shared.status.rows.add(UInt64(rowCount), ordering: .relaxed)
        return taken(reservation)
    }

    private func append(
        _ message: [UInt8],
        _ entry: RingEntry,
        mayWait: Bool
    ) throws(RecordRefusal) -> RecordTicket {
        let bytesMax = shared.ring.payloadBytesMax
        guard message.count <= bytesMax else { throw refused(.tooLarge(limit: bytesMax)) }
        var entry = entry
        entry.length = message.count
        guard let reservation = try reserve(entry, rowCount: 0, mayWait: mayWait) else {
            return RecordTicket(entry: 0, isRecorded: false)
        }
        shared.ring.fill(reservation) { $0.append(message) }
        return taken(reservation)
    }

    private func taken(_ reservation: RecordRing.Reservation) -> RecordTicket {
        shared.status.frames.add(1, ordering: .relaxed)
        shared.signal.wakeIfAsleep()
        return RecordTicket(entry: reservation.end)
    }

    /// A place in the ring.
    /// - Returns: nil where the decision is dropped.
    private func reserve(
        _ entry: RingEntry,
        rowCount: Int,
        mayWait: Bool
    ) throws(RecordRefusal) -> RecordRing.Reservation? {
        if isClosed { throw refused(.stopped) }
        if mode == .durable, shared.status.isFailing.load(ordering: .relaxed),
            let obstacle = shared.status.obstacle
        {
            throw refused(.obstacle(obstacle))
        }
        if let reservation = shared.ring.reserve(entry) { return reservation }
        shared.signal.wake()
        if mayWait, let reservation = waitForRoom(entry) { return reservation }
        guard mode.refuses else {
            shared.status.dropped.add(UInt64(rowCount), ordering: .relaxed)
            shared.ring.addDropped(rows: rowCount, time: entry.time)
            return nil
        }
        let obstacle = shared.status.obstacle
        let refusal = obstacle.map { RecordRefusal.obstacle($0) }
        throw refused(refusal ?? .ringFull(byteCount: shared.ring.capacity))
    }

    private func waitForRoom(_ entry: RingEntry) -> RecordRing.Reservation? {
        let deadline = MonotonicTime.now().advanced(by: shared.timing.room)
        while MonotonicTime.now() < deadline, !isClosed {
            // Nothing comes out of a ring while nothing can be written.
            if shared.status.isFailing.load(ordering: .relaxed) { return nil }
            usleep(500)
            if let reservation = shared.ring.reserve(entry) { return reservation }
        }
        return nil
    }

    private func refused(_ refusal: RecordRefusal) -> RecordRefusal {
        shared.status.refused.add(1, ordering: .relaxed)
        return refusal
    }

    // MARK: - Waiting for the disk

    /// Calls back once, from a thread of the record or from this call: with nil when the decision
    /// is on the disk, or with the reason why it is not, after ``RecordLimits/durablePatience`` at
    /// most. In other modes than `durable` nothing is waited for.
    package func whenDurable(
        _ ticket: RecordTicket,
        _ body: @escaping @Sendable (RecordRefusal?) -> Void
    ) {
        guard mode == .durable else { return body(nil) }
        let deadline = MonotonicTime.now().advanced(by: shared.timing.durable)
        shared.waiters.add(ticket.entry, deadline: deadline, body)
        shared.signal.wakeIfAsleep()
    }

    /// Waits until the decision is on the disk. Blocks.
    package func waitUntilDurable(_ ticket: RecordTicket) throws(RecordRefusal) {
        let done = DispatchSemaphore(value: 0)
        let box = RefusalBox()
        whenDurable(ticket) { refusal in
            box.set(refusal)
            done.signal()
        }
        done.wait()
        if let refusal = box.value { throw refusal }
    }

    /// Waits until the decision is on the disk.
    package func durable(_ ticket: RecordTicket) async throws(RecordRefusal) {
        let refusal: RecordRefusal? = await withCheckedContinuation { continuation in
            whenDurable(ticket) { continuation.resume(returning: $0) }
        }
        if let refusal { throw refusal }
    }
}

/// What one thread leaves to another.
private final class RefusalBox: Sendable {
    private let content = Mutex<RecordRefusal?>(nil)

    var value: RecordRefusal? { content.withLock { $0 } }

    func set(_ value: RecordRefusal?) { content.withLock { $0 = value } }
}
