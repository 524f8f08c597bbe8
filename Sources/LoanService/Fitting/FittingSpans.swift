// SPDX-License-Identifier: Apache-2.0

internal import LoanTraining

/// The parts that search, folds and the model have in the work of a training, by their rounds.
struct FittingSpans {
    /// Of the search.
    let search: ClosedRange<Double>
    /// Of the model that is stored.
    let model: ClosedRange<Double>
    private let foldCount: Int

    init(_ request: TrainRequest) {
        let rounds = request.parameters.rounds
        foldCount = request.folds ?? 0
        let searched = request.search.map {
            HalvingSchedule(trials: $0.trials, rounds: rounds).roundCount
        }
        // A fold is trained on all rows but its own.
        let folded = rounds * max(0, foldCount - 1)
        let sum = Double((searched ?? 0) + folded + rounds)
        search = 0...Double(searched ?? 0) / sum
        model = Double((searched ?? 0) + folded) / sum...1
    }

    /// Of the model without a fold, counted from 0.
    func fold(_ fold: Int) -> ClosedRange<Double> {
        let part = (model.lowerBound - search.upperBound) / Double(foldCount)
        let start = search.upperBound + Double(fold) * part
        return start...(start + part)
    }
}
