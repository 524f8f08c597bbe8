// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import LoanModel

/// The parameters that a search tries, each in a range.
package struct SearchSpace: Equatable, Sendable {
    /// The range of one parameter, both ends included.
    package struct Range: Equatable, Sendable {
        /// XGBoost's name.
        package let name: String
        /// The smallest value.
        package let lower: Double
        /// The greatest value.
        package let upper: Double

        /// Whether equal ratios are equally likely, and not equal distances.
        package var isLogarithmic: Bool { SearchSpace.ratios.contains(name) && lower > 0 }
    }

    /// The ranges, in the order in which they are drawn from.
    package let ranges: [Range]

    /// What is tried where nothing is stated.
    package static let usual = SearchSpace(ranges: [
        Range(name: "learning_rate", lower: 0.01, upper: 0.3),
        Range(name: "max_depth", lower: 3, upper: 10),
        Range(name: "min_child_weight", lower: 1, upper: 20),
        Range(name: "subsample", lower: 0.5, upper: 1),
        Range(name: "colsample_bytree", lower: 0.5, upper: 1),
        Range(name: "lambda", lower: 0.1, upper: 10),
    ])

    /// Parameters whose ratios matter.
    private static let ratios: Set = [
        "learning_rate", "min_child_weight", "gamma", "lambda", "alpha",
    ]

    private init(ranges: [Range]) { self.ranges = ranges }

    /// Checks ranges.
    /// - Parameter ranges: by any of XGBoost's names for a parameter.
    package init(
        _ ranges: [(name: String, lower: Double, upper: Double)]
    ) throws(TrainingParameterError) {
        var checked: [Range] = []
        for (given, lower, upper) in ranges {
            let name = TrainingParameters.canonicalName(of: given)
            guard TrainingParameters.searchedNames.contains(name),
                let field = ParameterField.named(name)
            else {
                let nearest = NearestNames.find(given, among: TrainingParameters.searchedNames)
                    .first
                throw .notSearchable(name: given, nearest: nearest)
            }
            if let earlier = checked.first(where: { $0.name == name }) {
                throw .repeated(name: given, earlier: earlier.name)
            }
            for value in [lower, upper] {
                var parameters = TrainingParameters()
                try field.set(value, as: given, in: &parameters)
                try field.check(parameters)
            }
            guard lower <= upper else { throw .emptyRange(name: given) }
            checked.append(Range(name: name, lower: lower, upper: upper))
        }
        guard !checked.isEmpty else { throw .emptySpace }
        self.init(ranges: checked)
    }

    /// Draws a value of each parameter.
    func draw(
        into parameters: TrainingParameters,
        _ random: inout some RandomNumberGenerator
    ) -> (parameters: TrainingParameters, values: [SearchTrial.Value]) {
        var drawn = parameters
        var values: [SearchTrial.Value] = []
        for range in ranges {
            guard let field = ParameterField.named(range.name) else { continue }
            let share = Double.random(in: 0...1, using: &random)
            let value = field.value(at: share, in: range)
            field.assign(value, in: &drawn)
            values.append(.init(name: range.name, value: value))
        }
        return (drawn, values)
    }
}

extension SearchSpace {
    /// Checks that no parameter of native categories is tried where there are none.
    package func check(for preprocessor: Preprocessor) throws(TrainingParameterError) {
        guard !ColumnConstraints.hasNativeCategories(preprocessor) else { return }
        let names = ["max_cat_to_onehot", "max_cat_threshold"]
        if let range = ranges.first(where: { names.contains($0.name) }) {
            throw .withoutNativeCategories(name: range.name)
        }
    }

    /// Parameters with which a training takes as much memory as with any that may be drawn.
    package func largest(of parameters: TrainingParameters) -> TrainingParameters {
        var largest = parameters
        for range in ranges {
            guard let field = ParameterField.named(range.name) else { continue }
            switch range.name {
            case "max_depth", "max_bin": field.assign(range.upper, in: &largest)
            // 0 is no limit.
            case "max_leaves": field.assign(range.lower == 0 ? 0 : range.upper, in: &largest)
            case "min_child_weight": field.assign(range.lower, in: &largest)
            default: break
            }
        }
        return largest
    }
}

extension ParameterField {
    /// The value at a share of a range, rounded to four digits or to a whole number.
    fileprivate func value(at share: Double, in range: SearchSpace.Range) -> Double {
        let (lower, upper) = (range.lower, range.upper)
        switch place {
        case .whole:
            let count = upper - lower + 1
            return min(upper, lower + (share * count).rounded(.down))
        case .number:
            let value =
                range.isLogarithmic
                ? lower * pow(upper / lower, share) : lower + share * (upper - lower)
            return min(upper, max(lower, value.rounded(digits: 4)))
        }
    }

    /// Sets a value that was checked.
    fileprivate func assign(_ value: Double, in parameters: inout TrainingParameters) {
        switch place {
        case .number(let path): parameters[keyPath: path] = value
        case .whole(let path): parameters[keyPath: path] = Int(value)
        }
    }
}

extension Double {
    /// The nearest value with this number of significant decimal digits.
    fileprivate func rounded(digits: Int) -> Double {
        guard self != 0, isFinite else { return self }
        let exponent = Int(log10(magnitude).rounded(.down)) + 1 - digits
        // A power of ten with a positive exponent is exact, so that the quotient is the decimal.
        let unit = pow(10, Double(abs(exponent)))
        return exponent < 0 ? (self * unit).rounded() / unit : (self / unit).rounded() * unit
    }
}
