// SPDX-License-Identifier: Apache-2.0

/// What a handler writes for a batch, row after row: probabilities, or the values of a model that
/// predicts something else.
package struct PredictScores: Sendable {
    /// Which loading of the model answers.
    package var generation: UInt64 = 0
    /// What the answer waits for, as the handler counts; nil where it may be sent at once.
    package var ticket: UInt64?

    private(set) var rowCount = 0
    /// The rows that are being scored.
    var window = 0..<0
    private(set) var probabilities: [Float] = []
    private(set) var labels: [UInt8] = []
    private(set) var margins: [Float] = []
    /// Margins of each row.
    private(set) var marginsPerRow = 1
    /// Values of each row; 0 where the rows have probabilities.
    private(set) var valuesPerRow = 0
    private(set) var values: [Float] = []
    private(set) var contributions = Contributions()
    private(set) var columnContributions = Contributions()
    /// What the policy of the model makes of the rows; nil where nobody has asked.
    private(set) var decisions: PredictDecisions?
    /// Calibrated probabilities of the rows; empty where nobody has asked.
    private(set) var calibrated: [Double] = []
    /// Calls of a batch of several that are answered otherwise, by their places.
    private var refusals: [Int: RPCStatus] = [:]

    /// What features add to the margins of each row.
    struct Contributions: Sendable {
        /// Values of each row: features and a base value for each margin; 0 where nobody has asked.
        fileprivate(set) var perRow = 0
        fileprivate(set) var values: [Float] = []

        fileprivate mutating func append(_ rows: [Float], perRow count: Int) {
            perRow = count
            values += rows
        }

        fileprivate mutating func clear() {
            perRow = 0
            values.removeAll(keepingCapacity: true)
        }
    }

    /// Scores of no rows.
    package init() {}

    /// Probabilities of default, in [0, 1]; one for each row of the batch.
    package mutating func withProbabilities<Result, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        var all = probabilities.mutableSpan
        var span = all._mutatingExtracting(rows)
        return try body(&span)
    }

    /// Scores before the link, where asked for; `perRow` for each row of the batch.
    package mutating func withMargins<Result, Failure: Error>(
        perRow count: Int = 1,
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        marginsPerRow = count
        Self.grow(&margins, to: rowCount * count)
        var all = margins.mutableSpan
        var span = all._mutatingExtracting(rows.lowerBound * count..<rows.upperBound * count)
        return try body(&span)
    }

    /// Both of them, for a handler that works out the one of the other.
    package mutating func withProbabilitiesAndMargins<Result, Failure: Error>(
        _ body: (
            _ probabilities: inout MutableSpan<Float>, _ margins: inout MutableSpan<Float>
        ) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        marginsPerRow = 1
        Self.grow(&margins, to: rowCount)
        return try Self.with(&probabilities, rows, &margins, rows, body)
    }

    /// The same for a model that gives no probability; as `withValues` and `withMargins`.
    package mutating func withValuesAndMargins<Result, Failure: Error>(
        perRow count: Int,
        marginsPerRow marginCount: Int,
        _ body: (
            _ values: inout MutableSpan<Float>, _ margins: inout MutableSpan<Float>
        ) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        (valuesPerRow, marginsPerRow) = (count, marginCount)
        Self.grow(&values, to: rowCount * count)
        Self.grow(&margins, to: rowCount * marginCount)
        return try Self.with(
            &values,
            rows.lowerBound * count..<rows.upperBound * count,
            &margins,
            rows.lowerBound * marginCount..<rows.upperBound * marginCount,
            body
        )
    }

    private static func with<Result, Failure: Error>(
        _ values: inout [Float],
        _ places: Range<Int>,
        _ margins: inout [Float],
        _ sums: Range<Int>,
        _ body: (inout MutableSpan<Float>, inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var allValues = values.mutableSpan
        var allMargins = margins.mutableSpan
        var span = allValues._mutatingExtracting(places)
        var part = allMargins._mutatingExtracting(sums)
        return try body(&span, &part)
    }

    /// What has been written for the rows that are being scored: probabilities or values, and
    /// margins where these were written, each row after row.
    package func withAnswers<Result, Failure: Error>(
        _ body: (_ values: Span<Float>, _ margins: Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        let perRow = max(1, valuesPerRow)
        let places = rows.lowerBound * perRow..<rows.upperBound * perRow
        let sums = rows.lowerBound * marginsPerRow..<rows.upperBound * marginsPerRow
        let answered = valuesPerRow == 0 ? probabilities : values
        let margins = sums.upperBound <= margins.count ? margins : []
        return try body(
            answered.span.extracting(places),
            margins.isEmpty ? margins.span : margins.span.extracting(sums)
        )
    }

    /// Has a call of a batch of several answered by a refusal; the others have their scores.
    package mutating func refuse(call: Int, _ status: RPCStatus) { refusals[call] = status }

    /// Why a call of the batch is refused; nil for one that has its scores.
    func refusal(ofCall call: Int) -> RPCStatus? { refusals.isEmpty ? nil : refusals[call] }

    /// What a model predicts that gives no probability; `perRow` values, which are at least one,
    /// for each row of the batch. All batches of a call have as many.
    package mutating func withValues<Result, Failure: Error>(
        perRow count: Int,
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let rows = window
        valuesPerRow = count
        Self.grow(&values, to: rowCount * count)
        var all = values.mutableSpan
        var span = all._mutatingExtracting(rows.lowerBound * count..<rows.upperBound * count)
        return try body(&span)
    }

    /// Appends the contributions of the rows that are being scored.
    /// - Parameters:
    ///   - rows: shape (rows, margins, features + 1), the base value last.
    ///   - count: values of a row.
    ///   - isByColumn: whether the features are columns of the prepared matrix.
    package mutating func append(contributions rows: [Float], perRow count: Int, isByColumn: Bool) {
        if isByColumn {
            columnContributions.append(rows, perRow: count)
        } else {
            contributions.append(rows, perRow: count)
        }
    }

    /// Appends what is decided of the rows that are being scored.
    package mutating func append(_ more: PredictDecisions) {
        guard decisions != nil else {
            decisions = more
            return
        }
        decisions?.append(more)
    }

    /// Appends the calibrated probabilities of the rows that are being scored.
    package mutating func append(calibrated rows: [Double]) { calibrated += rows }

    private static func grow(_ values: inout [Float], to count: Int) {
        guard values.count < count else { return }
        values += repeatElement(.nan, count: count - values.count)
    }

    /// Room for the scores of `batch`. Values that a handler does not write are NaN, so that
    /// `setLabels` finds them.
    mutating func begin(_ batch: borrowing PredictBatch) {
        begin(rowCount: batch.rowCount, outputs: batch.outputs)
    }

    /// Room for the scores of `rowCount` rows, all of which are being scored.
    mutating func begin(rowCount: Int, outputs: PredictOutputs) {
        self.rowCount = rowCount
        window = 0..<rowCount
        generation = 0
        ticket = nil
        if !refusals.isEmpty { refusals = [:] }
        marginsPerRow = 1
        valuesPerRow = 0
        contributions.clear()
        columnContributions.clear()
        decisions = nil
        calibrated.removeAll(keepingCapacity: true)
        if probabilities.count < rowCount {
            probabilities = [Float](repeating: .nan, count: rowCount)
            labels = [UInt8](repeating: 0, count: rowCount)
        } else {
            let count = rowCount
            var all = probabilities.mutableSpan
            var used = all._mutatingExtracting(first: count)
            used.update(repeating: .nan)
        }
        if outputs.contains(.margins), margins.count < rowCount {
            margins = [Float](repeating: .nan, count: rowCount)
        }
    }

    /// Sets the labels. Returns whether every row has a finite value in [0, 1]; rows of values have
    /// no labels.
    mutating func setLabels() -> Bool {
        guard valuesPerRow == 0 else { return true }
        let count = rowCount
        let scores = probabilities
        let values = scores.span.extracting(first: count)
        var all = labels.mutableSpan
        var target = all._mutatingExtracting(first: count)
        // Without branches, so that it is done for many rows at once.
        var wrong: UInt8 = 0
        for row in 0..<count {
            let value = values[row]
            wrong |= (value >= 0 ? 0 : 1) | (value <= 1 ? 0 : 1)
            target[row] = value > 0.5 ? 1 : 0
        }
        return wrong == 0
    }
}
