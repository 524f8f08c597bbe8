// SPDX-License-Identifier: Apache-2.0

/// What else looks at rows that are answered, after the record has them.
package protocol AnswerWatcher: Sendable {
    /// Whether it looks at any at the moment; asked for every call.
    var isOn: Bool { get }

    /// Rows are about to be answered. Called on event loops: it neither waits nor fails.
    /// - Parameters:
    ///   - origin: where the rows come from.
    ///   - rows: the rows of the call among those of the matrices.
    ///   - rowCount: rows of the matrices.
    ///   - numbers: shape (numbers, rowCount), column after column; empty for prepared rows.
    ///   - codes: shape (categories, rowCount), likewise.
    ///   - prepared: shape (preparedFeatureCount, rowCount), likewise; empty for raw rows.
    ///   - margins: of the rows of the call alone, row after row; likewise `values`.
    func observe(
        _ origin: CallOrigin,
        by model: ServedModel,
        rows: Range<Int>,
        of rowCount: Int,
        numbers: Span<Float>,
        codes: Span<UInt8>,
        prepared: Span<Float>,
        margins: Span<Float>,
        values: Span<Float>
    )
}
