// SPDX-License-Identifier: Apache-2.0

/// What a handler writes for a batch: one value a row.
package struct PredictScores: Sendable {
    /// Which loading of the model answers.
    package var generation: UInt64 = 0

    private(set) var rowCount = 0
    private(set) var probabilities: [Float] = []
    private(set) var margins: [Float] = []
    private(set) var reasonCodes: [UInt8] = []

    package init() {}

    /// Probabilities of default, in [0, 1]; shape (rowCount).
    package mutating func withProbabilities<Result, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = rowCount
        var all = probabilities.mutableSpan
        var span = all._mutatingExtracting(first: count)
        return try body(&span)
    }

    /// Log-odds, where asked for; shape (rowCount).
    package mutating func withMargins<Result, Failure: Error>(
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = rowCount
        var all = margins.mutableSpan
        var span = all._mutatingExtracting(first: count)
        return try body(&span)
    }

    /// Reason codes, where asked for; shape (rowCount, 4), row after row.
    package mutating func withReasonCodes<Result, Failure: Error>(
        _ body: (inout MutableSpan<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let count = rowCount * PredictOutputs.reasonCodesPerRow
        var all = reasonCodes.mutableSpan
        var span = all._mutatingExtracting(first: count)
        return try body(&span)
    }

    /// Room for the scores of `batch`. Values that a handler does not write are NaN, so that
    /// `areProbabilities` finds them.
    mutating func begin(_ batch: borrowing PredictBatch) {
        rowCount = batch.rowCount
        generation = 0
        if probabilities.count < rowCount {
            probabilities = [Float](repeating: .nan, count: rowCount)
        }
        for row in 0..<rowCount { probabilities[row] = .nan }
        if batch.outputs.contains(.margins), margins.count < rowCount {
            margins = [Float](repeating: .nan, count: rowCount)
        }
        let codeCount = rowCount * PredictOutputs.reasonCodesPerRow
        if batch.outputs.contains(.reasonCodes), reasonCodes.count < codeCount {
            reasonCodes = [UInt8](repeating: 255, count: codeCount)
        }
    }

    /// Whether every row has a finite value in [0, 1].
    var areProbabilities: Bool {
        let values = probabilities.span
        var isValid = true
        for row in 0..<rowCount { isValid = isValid && values[row] >= 0 && values[row] <= 1 }
        return isValid
    }
}
