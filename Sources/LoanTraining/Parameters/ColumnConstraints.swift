// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// The constraints of a training by the columns of its matrix.
///
/// libxgboost 1.7.4 does not check the length of the list of directions: there is one for each
/// column here, or none at all.
package struct ColumnConstraints: Equatable, Sendable {
    /// The direction of each column, by XGBoost's numbers; empty where no column has one.
    package let directions: [Int]
    /// Groups of columns that may occur on one path; empty: all may.
    package let groups: [[Int]]

    /// Nothing is constrained.
    package static let none = ColumnConstraints(directions: [], groups: [])

    private init(directions: [Int], groups: [[Int]]) {
        self.directions = directions
        self.groups = groups
    }

    /// The constraints of parameters, which are by raw features, for the columns that a
    /// preprocessor makes of them.
    /// - Throws: for features that there are not, or that have no order, and for parameters of
    ///   native categories where there are none.
    package init(
        _ parameters: TrainingParameters,
        _ preprocessor: Preprocessor
    ) throws(TrainingParameterError) {
        try Self.checkCategories(parameters, preprocessor)
        var directions: [Int] = []
        if !parameters.monotone.isEmpty {
            directions = [Int](repeating: 0, count: preprocessor.columnCount)
        }
        for direction in parameters.monotone {
            let name = TrainingParameters.monotoneName
            let step = try Self.step(of: direction.feature, preprocessor, name)
            if let reason = step.fitted.withoutOrder {
                throw .withoutOrder(name: name, feature: direction.feature, reason: reason)
            }
            directions[step.columns.lowerBound] = direction.sign.rawValue
        }
        var groups: [[Int]] = []
        for group in parameters.interactions {
            var columns: [Int] = []
            for feature in group {
                let name = TrainingParameters.interactionsName
                columns += try Self.step(of: feature, preprocessor, name).columns
            }
            groups.append(columns)
        }
        self.init(directions: directions, groups: groups)
    }

    private static func step(
        of feature: String,
        _ preprocessor: Preprocessor,
        _ name: String
    ) throws(TrainingParameterError) -> Preprocessor.Step {
        let schema = preprocessor.schema
        guard let index = schema.featureIndex(named: feature) else {
            let nearest = NearestNames.find(feature, among: schema.features.map(\.name))
            throw .unknownFeature(name: name, feature: feature, nearest: nearest)
        }
        return preprocessor.step(ofFeature: index)
    }

    static func hasNativeCategories(_ preprocessor: Preprocessor) -> Bool {
        preprocessor.steps.contains { $0.fitted.withoutOrder == .native }
    }

    private static func checkCategories(
        _ parameters: TrainingParameters,
        _ preprocessor: Preprocessor
    ) throws(TrainingParameterError) {
        let usual = TrainingParameters()
        guard !hasNativeCategories(preprocessor) else { return }
        if parameters.oneHotCategoriesMax != usual.oneHotCategoriesMax {
            throw .withoutNativeCategories(name: "max_cat_to_onehot")
        }
        if parameters.categoriesOfSplitMax != usual.categoriesOfSplitMax {
            throw .withoutNativeCategories(name: "max_cat_threshold")
        }
    }

    /// What is passed to libxgboost.
    var settings: [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        if !directions.isEmpty {
            let list = directions.map { "\($0)" }.joined(separator: ",")
            settings.append((TrainingParameters.monotoneName, "(\(list))"))
        }
        if !groups.isEmpty {
            let lists = groups.map { "[" + $0.map { "\($0)" }.joined(separator: ",") + "]" }
            settings.append(
                (TrainingParameters.interactionsName, "[\(lists.joined(separator: ","))]")
            )
        }
        return settings
    }
}

extension FittedFeature {
    /// Why its prepared columns have no order; nil where it becomes one column of numbers, which
    /// rise with the raw ones.
    fileprivate var withoutOrder: TrainingParameterError.WithoutOrder? {
        switch self {
        case .impute, .power, .unchanged, .number: nil
        case .date(let date): date.parts == [.days] || date.parts == [.year] ? nil : .partsOfDate
        case .oneHot: .oneHot
        case .codes(let codes): codes.isNative ? .native : nil
        }
    }
}
