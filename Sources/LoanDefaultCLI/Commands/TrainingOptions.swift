// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanTraining

/// XGBoost's training parameters as options.
struct TrainingOptions: ParsableArguments {
    @Option(help: "Boosting rounds: one tree each.")
    var rounds = TrainingParameters().rounds

    @Option(help: "Step size shrinkage (eta).")
    var learningRate = TrainingParameters().learningRate

    @Option(help: "Greatest depth of a tree.")
    var maxDepth = TrainingParameters().maxDepth

    @Option(help: "Least sum of hessians in a child.")
    var minChildWeight = TrainingParameters().minChildWeight

    @Option(help: "Least loss reduction of a split.")
    var gamma = TrainingParameters().minSplitLoss

    @Option(help: "Share of rows drawn for each tree.")
    var subsample = TrainingParameters().subsample

    @Option(help: "Share of columns drawn for each tree.")
    var colsampleBytree = TrainingParameters().columnSample

    @Option(help: "L2 regularization of leaf values.")
    var lambda = TrainingParameters().l2

    @Option(help: "L1 regularization of leaf values.")
    var alpha = TrainingParameters().l1

    @Option(help: "Greatest number of histogram bins a column.")
    var maxBin = TrainingParameters().maxBins

    @Option(help: "Weight of the defaults against the rest.")
    var scalePosWeight = TrainingParameters().positiveWeight

    @Option(help: "Probability before any tree.")
    var baseScore = TrainingParameters().baseScore

    @Option(help: "Seed of row and column draws.")
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
