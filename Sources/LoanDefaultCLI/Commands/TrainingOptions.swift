// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import JSON
internal import LoanServer
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

    @Option(help: "Most leaves of a tree (0: as many as its depth allows).")
    var maxLeaves = TrainingParameters().leavesMax

    @Option(help: "Which node is split next: depthwise or lossguide.")
    var growPolicy = TrainingParameters().growth.rawValue

    @Option(help: "Greatest value of a leaf before shrinkage (0: no limit).")
    var maxDeltaStep = TrainingParameters().deltaStepMax

    @Option(help: "Share of the tree's columns drawn for each level.")
    var colsampleBylevel = TrainingParameters().levelColumnSample

    @Option(help: "Share of the level's columns drawn for each node.")
    var colsampleBynode = TrainingParameters().nodeColumnSample

    @Option(help: "Trees of a round.")
    var numParallelTree = TrainingParameters().parallelTrees

    @Option(help: "Native categories: split on single ones below this number of them.")
    var maxCatToOnehot = TrainingParameters().oneHotCategoriesMax

    @Option(help: "Native categories: most of them on the smaller side of a split.")
    var maxCatThreshold = TrainingParameters().categoriesOfSplitMax

    @Option(
        help: "Stop after this number of rounds without a better one (needs a stopping share)."
    )
    var earlyStoppingRounds = TrainingParameters().earlyStoppingRounds

    @Option(help: #"Directions of features as JSON: {"age": 1, "income": -1}."#)
    var monotoneConstraints: String?

    @Option(help: #"Features that may occur on one path, as JSON: [["age", "income"]]."#)
    var interactionConstraints: String?

    @Option(help: "A feature to train without; may be repeated.")
    var exclude: [String] = []

    @Option(help: "Folds of a cross-validation before the training: 2 to 20.")
    var folds: Int?

    @Option(
        help: #"Search for parameters first, as JSON: {"trials": 20, "minutes": 10}, {} as usual."#
    )
    var tune: String?

    /// The parameters, checked.
    func validated() throws -> TrainingParameters {
        var parameters = TrainingParameters()
        try setChoices(of: &parameters)
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
        parameters.leavesMax = maxLeaves
        parameters.deltaStepMax = maxDeltaStep
        parameters.levelColumnSample = colsampleBylevel
        parameters.nodeColumnSample = colsampleBynode
        parameters.parallelTrees = numParallelTree
        parameters.oneHotCategoriesMax = maxCatToOnehot
        parameters.categoriesOfSplitMax = maxCatThreshold
        parameters.earlyStoppingRounds = earlyStoppingRounds
        do {
            try parameters.validate()
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        return parameters
    }

    /// What precedes the training, as requests of the server have it.
    func preceding() throws -> (folds: Int?, search: SearchPlan?) {
        var members: [(name: String, value: JSONValue)] = []
        if let folds { members.append(("folds", .integer(folds))) }
        if let tune { members.append(("tune", try OptionText.json(tune, of: "tune"))) }
        do {
            let read = try TrainingMembers(JSONValue.object(JSONObject(members)).serialized)
            return (read.folds, read.search)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Sets what is not a number, as requests of the server do.
    private func setChoices(of parameters: inout TrainingParameters) throws {
        var members: [(name: String, value: JSONValue)] = [("grow_policy", .string(growPolicy))]
        let options = [
            ("monotone_constraints", monotoneConstraints),
            ("interaction_constraints", interactionConstraints),
        ]
        for case (let name, let text?) in options {
            members.append((name, try OptionText.json(text, of: name)))
        }
        let body = JSONValue.members(["parameters": .object(JSONObject(members))])
        do {
            parameters = try TrainingMembers(body.serialized).parameters
        } catch {
            throw CommandFailure(error)
        }
    }
}
