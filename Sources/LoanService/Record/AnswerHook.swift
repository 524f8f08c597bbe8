// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// What watches rows after they are scored and before they are answered: the one call of every
/// transport.
package final class AnswerHook: Sendable {
    /// Where decisions are kept; nil where they are not.
    package let record: ServiceRecord?
    /// What else looks at answers.
    private let watcher: any AnswerWatcher

    init(record: ServiceRecord?, watcher: any AnswerWatcher) {
        self.record = record
        self.watcher = watcher
    }

    /// Whether anything watches.
    var isOn: Bool { record != nil || watcher.isOn }

    /// Rows are about to be answered.
    ///
    /// Called on event loops and on threads of the pool. Allocates nothing for a call without
    /// extras whose rows are the whole matrix.
    /// - Parameters:
    ///   - origin: where the rows come from.
    ///   - rows: the rows of the call among those of the matrices.
    ///   - rowCount: rows of the matrices.
    ///   - numbers: shape (numbers, rowCount), column after column; empty for prepared rows.
    ///   - codes: shape (categories, rowCount), likewise.
    ///   - prepared: shape (preparedFeatureCount, rowCount), likewise; empty for raw rows.
    ///   - margins: those of all rows of the matrices, row after row.
    ///   - values: the predictions of all rows of the matrices, row after row.
    ///   - extras: of the rows of the call; nil where nobody has asked for any.
    ///   - mayWait: whether the thread may wait a moment for room: no event loop may.
    /// - Returns: what must be on disk before the answer is sent, for `ServiceRecord.settle`; nil
    ///   where it may be sent at once.
    /// - Throws: `.unavailable` where the answer must not be given.
    package func answered(
        _ origin: CallOrigin,
        by model: ServedModel,
        rows: Range<Int>,
        of rowCount: Int,
        numbers: Span<Float> = Span(),
        codes: Span<UInt8> = Span(),
        prepared: Span<Float> = Span(),
        margins: Span<Float>,
        values: Span<Float>,
        extras: AnswerExtras? = nil,
        mayWait: Bool
    ) throws(ServiceError) -> UInt64? {
        let (marginCount, valueCount) = (
            model.valueCount(margins: true), model.valueCount(margins: false)
        )
        let margins = margins.extracting(
            rows.lowerBound * marginCount..<rows.upperBound * marginCount
        )
        let values = values.extracting(rows.lowerBound * valueCount..<rows.upperBound * valueCount)
        let ticket = try record?.keep(
            RecordedAnswer(origin, model, rows: rows, extras: extras, mayWait: mayWait),
            of: rowCount,
            numbers: numbers,
            codes: codes,
            prepared: prepared,
            margins: margins,
            values: values
        )
        // What must not be answered is not looked at, either.
        if watcher.isOn {
            watcher.observe(
                origin,
                by: model,
                rows: rows,
                of: rowCount,
                numbers: numbers,
                codes: codes,
                prepared: prepared,
                margins: margins,
                values: values
            )
        }
        return ticket
    }
}
