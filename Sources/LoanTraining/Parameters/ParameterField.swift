// SPDX-License-Identifier: Apache-2.0

/// A parameter that is a number: XGBoost's name for it, where it is kept, and what it may be.
struct ParameterField: Sendable {
    /// Where the value is kept.
    enum Place: Sendable {
        case number(any WritableKeyPath<TrainingParameters, Double> & Sendable)
        case whole(any WritableKeyPath<TrainingParameters, Int> & Sendable)
    }

    let name: String
    let place: Place
    let range: ClosedRange<Double>
    /// Whether it is named where it has its default, too.
    let isAlwaysNamed: Bool

    private init(
        _ name: String,
        _ place: Place,
        _ range: ClosedRange<Double>,
        isAlwaysNamed: Bool = false
    ) {
        self.name = name
        self.place = place
        self.range = range
        self.isAlwaysNamed = isAlwaysNamed
    }

    /// The value as a number.
    func number(in parameters: TrainingParameters) -> Double {
        switch place {
        case .number(let path): parameters[keyPath: path]
        case .whole(let path): Double(parameters[keyPath: path])
        }
    }

    /// The value as text.
    func text(in parameters: TrainingParameters) -> String {
        switch place {
        case .number(let path): "\(parameters[keyPath: path])"
        case .whole(let path): "\(parameters[keyPath: path])"
        }
    }

    /// Sets the value.
    /// - Parameter name: as the caller called it.
    func set(
        _ value: Double,
        as name: String,
        in parameters: inout TrainingParameters
    ) throws(TrainingParameterError) {
        switch place {
        case .number(let path): parameters[keyPath: path] = value
        case .whole(let path):
            guard let whole = Int(exactly: value) else { throw .notWhole(name: name, value: value) }
            parameters[keyPath: path] = whole
        }
    }

    /// A range check that NaN fails.
    func check(_ parameters: TrainingParameters) throws(TrainingParameterError) {
        let value = number(in: parameters)
        guard range.contains(value) else {
            throw .outOfRange(name: name, value: value, range: range)
        }
    }

    private static let positive = Double.leastNormalMagnitude

    /// All of them: first those that every model names, in the order in which it does.
    static let all: [ParameterField] =
        documented + [
            .init("max_leaves", .whole(\.leavesMax), 0...65_536),
            .init("max_delta_step", .number(\.deltaStepMax), 0...1e6),
            .init("colsample_bylevel", .number(\.levelColumnSample), positive...1),
            .init("colsample_bynode", .number(\.nodeColumnSample), positive...1),
            .init("num_parallel_tree", .whole(\.parallelTrees), 1...100),
            .init("max_cat_to_onehot", .whole(\.oneHotCategoriesMax), 1...65_536),
            .init("max_cat_threshold", .whole(\.categoriesOfSplitMax), 1...65_536),
            .init("early_stopping_rounds", .whole(\.earlyStoppingRounds), 0...10_000),
        ]

    private static let documented: [ParameterField] = [
        .init("rounds", .whole(\.rounds), 1...10_000, isAlwaysNamed: true),
        .init("learning_rate", .number(\.learningRate), positive...1, isAlwaysNamed: true),
        .init("max_depth", .whole(\.maxDepth), 1...16, isAlwaysNamed: true),
        .init("min_child_weight", .number(\.minChildWeight), 0...1e6, isAlwaysNamed: true),
        .init("gamma", .number(\.minSplitLoss), 0...1e6, isAlwaysNamed: true),
        .init("subsample", .number(\.subsample), positive...1, isAlwaysNamed: true),
        .init("colsample_bytree", .number(\.columnSample), positive...1, isAlwaysNamed: true),
        .init("lambda", .number(\.l2), 0...1e6, isAlwaysNamed: true),
        .init("alpha", .number(\.l1), 0...1e6, isAlwaysNamed: true),
        .init("max_bin", .whole(\.maxBins), 2...65_536, isAlwaysNamed: true),
        .init("scale_pos_weight", .number(\.positiveWeight), positive...1e6, isAlwaysNamed: true),
        .init("base_score", .number(\.baseScore), 1e-6...(1 - 1e-6), isAlwaysNamed: true),
        .init("seed", .whole(\.seed), 0...Double(Int32.max), isAlwaysNamed: true),
    ]

    private static let places = Dictionary(
        uniqueKeysWithValues: all.enumerated().map { ($0.element.name, $0.offset) }
    )

    /// The parameter of a name; nil where it is none, or no number.
    static func named(_ name: String) -> ParameterField? { places[name].map { all[$0] } }
}
