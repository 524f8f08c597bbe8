// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanTraining

/// XGBoost's training parameters as options, by all names that it has for them.
struct TrainingOptions: ParsableArguments {
    @Option(
        name: [.long, .customLong("n-estimators"), .customLong("num-boost-round")],
        help: "Boosting rounds: one tree each."
    )
    var rounds = TrainingParameters().rounds

    @Option(
        name: [.long, .customLong("eta")],
        help: "Step size shrinkage."
    )
    var learningRate = TrainingParameters().learningRate

    @Option(help: "Greatest depth of a tree.")
    var maxDepth = TrainingParameters().maxDepth

    @Option(help: "Least sum of hessians in a child.")
    var minChildWeight = TrainingParameters().minChildWeight

    @Option(
        name: [.long, .customLong("min-split-loss")],
        help: "Least loss reduction of a split."
    )
    var gamma = TrainingParameters().minSplitLoss

    @Option(help: "Share of rows drawn for each tree.")
    var subsample = TrainingParameters().subsample

    @Option(help: "Share of columns drawn for each tree.")
    var colsampleBytree = TrainingParameters().columnSample

    @Option(
        name: [.long, .customLong("reg-lambda")],
        help: "L2 regularization of leaf values."
    )
    var lambda = TrainingParameters().l2

    @Option(
        name: [.long, .customLong("reg-alpha")],
        help: "L1 regularization of leaf values."
    )
    var alpha = TrainingParameters().l1

    @Option(help: "Greatest number of histogram bins a column.")
    var maxBin = TrainingParameters().maxBins

    @Option(help: "Weight of the defaults against the rest.")
    var scalePosWeight = TrainingParameters().positiveWeight

    @Option(help: "Probability before any tree.")
    var baseScore = TrainingParameters().baseScore

    @Option(
        name: [.long, .customLong("random-state")],
        help: "Seed of row and column draws."
    )
    var trainingSeed = TrainingParameters().seed

    /// The parameters, checked.
    func validated() throws -> TrainingParameters {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.learningRate = learningRate
        parameters.maxDepth = maxDepth
        parameters.minChildWeight = minChildWeight
        parameters.minSplitLoss = gamma
        parameters.subsample = subsample
        parameters.columnSample = colsampleBytree
        parameters.l2 = lambda
        parameters.l1 = alpha
        parameters.maxBins = maxBin
        parameters.positiveWeight = scalePosWeight
        parameters.baseScore = baseScore
        parameters.seed = trainingSeed
        do {
            try parameters.validate()
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        return parameters
    }
}
