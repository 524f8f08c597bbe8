// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
package import LoanModel

/// Margins and predictions by one pass over the trees: what a policy, a calibration and the record
/// need both of. The bits are those of two passes.
extension ServedModel {
    /// The predictions of some rows and, where they are wanted, the margins that they are made of.
    package struct Scores: Equatable, Sendable {
        /// `valueCount(margins: false)` values a row, row after row.
        package let predictions: [Float]
        /// `valueCount(margins: true)` values a row, likewise; nil where nobody wants them.
        package let margins: [Float]?
    }

    /// Scores raw rows.
    /// - Parameters:
    ///   - numbers: as `score` takes them, and so the codes.
    ///   - margins: `valueCount(margins: true)` for each of the rows, row after row.
    ///   - results: `valueCount(margins: false)` for each of the rows, row after row.
    package func score(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        rows: Range<Int>? = nil,
        margins: inout MutableSpan<Float>,
        predictions results: inout MutableSpan<Float>
    ) {
        let start = ContinuousClock.now
        let rows = rows ?? 0..<rowCount
        scorer.score(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            rows: rows,
            output: .margin,
            into: &margins
        )
        scorer.predict(margins: margins.span, into: &results)
        note(results.span, of: rows.count, margins: false, since: start)
        count(numbers, codes, rowCount: rowCount, rows: rows, results.span, at: start)
    }

    /// Scores rows of a prepared matrix: shape (preparedFeatureCount, rowCount).
    package func score(
        prepared: Span<Float>,
        rowCount: Int,
        rows: Range<Int>? = nil,
        margins: inout MutableSpan<Float>,
        predictions results: inout MutableSpan<Float>
    ) {
        let start = ContinuousClock.now
        let rows = rows ?? 0..<rowCount
        scorer.score(
            prepared: prepared,
            rowCount: rowCount,
            rows: rows,
            output: .margin,
            into: &margins
        )
        scorer.predict(margins: margins.span, into: &results)
        note(results.span, of: rows.count, margins: false, since: start)
        drift?.count(scores: results.span, at: start)
    }

    /// What raw rows are predicted.
    /// - Parameter keepsMargins: whether their margins are wanted, too.
    package func scores(
        numbers: Span<Float>,
        codes: Span<UInt8>,
        rowCount: Int,
        keepsMargins: Bool
    ) -> Scores {
        var predictions = zeros(rowCount, margins: false)
        guard rowCount > 0 else { return Scores(predictions: [], margins: keepsMargins ? [] : nil) }
        var results = predictions.mutableSpan
        guard keepsMargins else {
            score(
                numbers: numbers,
                codes: codes,
                rowCount: rowCount,
                margins: false,
                into: &results
            )
            return Scores(predictions: predictions, margins: nil)
        }
        var margins = zeros(rowCount, margins: true)
        var sums = margins.mutableSpan
        score(
            numbers: numbers,
            codes: codes,
            rowCount: rowCount,
            margins: &sums,
            predictions: &results
        )
        return Scores(predictions: predictions, margins: margins)
    }

    /// The same for a batch.
    package func scores(of applications: CodedApplications, keepsMargins: Bool) -> Scores {
        let (numbers, codes) = applications.matrices
        return scores(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: applications.rowCount,
            keepsMargins: keepsMargins
        )
    }

    /// The same for a prepared matrix.
    package func scores(prepared: Span<Float>, rowCount: Int, keepsMargins: Bool) -> Scores {
        var predictions = zeros(rowCount, margins: false)
        guard rowCount > 0 else { return Scores(predictions: [], margins: keepsMargins ? [] : nil) }
        var results = predictions.mutableSpan
        guard keepsMargins else {
            score(prepared: prepared, rowCount: rowCount, margins: false, into: &results)
            return Scores(predictions: predictions, margins: nil)
        }
        var margins = zeros(rowCount, margins: true)
        var sums = margins.mutableSpan
        score(prepared: prepared, rowCount: rowCount, margins: &sums, predictions: &results)
        return Scores(predictions: predictions, margins: margins)
    }

    private func zeros(_ rowCount: Int, margins: Bool) -> [Float] {
        [Float](repeating: 0, count: rowCount * valueCount(margins: margins))
    }
}
