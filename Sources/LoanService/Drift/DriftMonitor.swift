// SPDX-License-Identifier: Apache-2.0

internal import Foundation
package import LoanModel
internal import Synchronization

/// Counts the rows that a model scores by the bins that the rows had that it was trained on.
///
/// Counting takes no allocation and no lock that another thread holds: see `DriftCounts`. Windows
/// slide by slots, which the first row after the end of one closes.
package final class DriftMonitor: Sendable {
    let layout: DriftLayout
    private let counts: DriftCounts
    private let history: Mutex<DriftHistory>
    private let start: ContinuousClock.Instant
    /// When counting began, in seconds since 1970.
    private let startSeconds: Int
    private let series: DriftSeries?

    /// Counts without metrics.
    /// - Parameter start: when counting begins.
    package convenience init(_ layout: DriftLayout, start: ContinuousClock.Instant = .now) {
        self.init(layout, series: nil, start: start)
    }

    /// - Parameters:
    ///   - series: where metrics are shown; nil shows none.
    ///   - start: when counting begins.
    init(
        _ layout: DriftLayout,
        series place: SeriesPlace?,
        start: ContinuousClock.Instant = .now
    ) {
        self.layout = layout
        self.start = start
        startSeconds = Int(Date().timeIntervalSince1970)
        let counts = DriftCounts(slotEnd: start + DriftLimits.slotTime)
        self.counts = counts
        history = Mutex(DriftHistory(cellCount: layout.cellCount))
        series = place.map { DriftSeries(layout, counts, in: $0) }
        series?.show()
    }

    // MARK: Counting

    /// Counts rows that were scored.
    /// - Parameters:
    ///   - numbers: shape (numbers, rowCount), column after column; likewise `codes`.
    ///   - rows: those that were scored.
    ///   - scores: their predictions, row after row.
    ///   - now: the present time.
    package func count(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>,
        scores: Span<Float>,
        at now: ContinuousClock.Instant
    ) {
        let hasScores = layout.score != nil && scores.count == rows.count
        guard rows.count >= DriftLayout.batchRowCountMin else {
            for row in rows {
                add(
                    layout.cells(
                        ofRow: row,
                        numbers: numbers,
                        codes: codes,
                        rowCount: rowCount,
                        score: hasScores ? scores[row - rows.lowerBound] : nil
                    ),
                    now
                )
            }
            return
        }
        var cells = DriftCells(repeating: 0)
        func part(_ place: Int) -> Range<Int> {
            place * rowCount + rows.lowerBound..<place * rowCount + rows.upperBound
        }
        for column in layout.numbers {
            layout.count(numbers.extracting(part(column.place)), column, into: &cells)
        }
        for column in layout.codes {
            layout.count(codes.extracting(part(column.place)), column, into: &cells)
        }
        for column in layout.categoryNumbers {
            layout.count(
                categories: numbers.extracting(part(column.place)),
                column,
                into: &cells
            )
        }
        if hasScores, let column = layout.scoreNumbers {
            layout.count(scores, column, into: &cells)
        }
        add(cells, now)
    }

    /// Counts all rows of a batch.
    /// - Parameter scores: their predictions, row after row.
    package func count(
        _ applications: CodedApplications,
        scores: Span<Float>,
        at now: ContinuousClock.Instant
    ) {
        let rowCount = applications.rowCount
        let hasScores = layout.score != nil && scores.count == rowCount
        guard rowCount != 1 else {
            return add(layout.cells(ofRow: applications, score: hasScores ? scores[0] : nil), now)
        }
        var cells = DriftCells(repeating: 0)
        layout.count(applications, into: &cells)
        if hasScores, let column = layout.scoreNumbers {
            layout.count(scores, column, into: &cells)
        }
        add(cells, now)
    }

    /// Counts predictions of rows that were prepared elsewhere.
    package func count(scores: Span<Float>, at now: ContinuousClock.Instant) {
        guard let column = layout.scoreNumbers, !scores.isEmpty else { return }
        guard scores.count >= DriftLayout.batchRowCountMin else {
            for row in scores.indices { add(layout.cells(ofScore: scores[row]), now) }
            return
        }
        var cells = DriftCells(repeating: 0)
        layout.count(scores, column, into: &cells)
        add(cells, now)
    }

    private func add(_ row: DriftRow, _ now: ContinuousClock.Instant) {
        while !counts.add(row, at: now) { beginSlot(now) }
    }

    private func add(_ cells: DriftCells, _ now: ContinuousClock.Instant) {
        while !counts.add(cells, cellCount: layout.cellCount, at: now) { beginSlot(now) }
    }

    // MARK: Windows

    /// Closes the slot in which was counted, where it is over.
    private func beginSlot(_ now: ContinuousClock.Instant) {
        history.withLock { history in
            let slot = Self.slot(now - start)
            guard slot > history.slot else { return }
            let end = start + DriftLimits.slotTime * (slot + 1)
            let counted = counts.totals(
                cellCount: layout.cellCount,
                beginningSlotUntil: end
            )
            history.begin(slot: slot, counted: counted)
        }
    }

    private static func slot(_ elapsed: Duration) -> Int {
        Int(elapsed.components.seconds / DriftLimits.slotTime.components.seconds)
    }

    /// What was counted in a window up to now, with the time that it begins.
    func counted(
        in window: DriftWindow,
        at now: ContinuousClock.Instant
    ) -> (cells: [UInt64], from: Int) {
        beginSlot(now)
        let (cells, first) = history.withLock { history in
            history.counts(
                ofLast: window.slotCount,
                counted: counts.totals(cellCount: layout.cellCount, beginningSlotUntil: nil)
            )
        }
        let slotSeconds = Int(DriftLimits.slotTime.components.seconds)
        return (cells, startSeconds + first * slotSeconds)
    }

    /// How far the rows of a window are from those that the model was trained on.
    package func report(
        _ window: DriftWindow,
        at now: ContinuousClock.Instant = .now
    ) -> DriftReport {
        let (cells, from) = counted(in: window, at: now)
        return DriftReport(layout, cells, window: window, since: startSeconds, from: from)
    }

    /// Bytes that it holds at most: the counts, the slots of a day, and the hours of a week.
    package var byteCount: Int {
        let hours = DriftWindow.week.slotCount / DriftLimits.slotsPerHour
        let slots = DriftWindow.day.slotCount + hours
        return 8 * MemoryLayout<DriftCells>.size
            + layout.cellCount * slots * MemoryLayout<UInt32>.size
    }
}
