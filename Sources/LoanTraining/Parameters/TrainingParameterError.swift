// SPDX-License-Identifier: Apache-2.0

/// A parameter that libxgboost must not see.
package enum TrainingParameterError: Error, Equatable, CustomStringConvertible {
    case outOfRange(name: String, value: Double, range: ClosedRange<Double>)
    case notWhole(name: String, value: Double)
    /// - Parameter nearest: a parameter that there is.
    case unknown(name: String, nearest: String?)
    /// One parameter under two of its names.
    case repeated(name: String, earlier: String)
    /// A number where something else is asked for.
    case notNumber(name: String)
    case notDirections(name: String)
    case notGroups(name: String)
    case notAWord(name: String, value: String, words: [String])
    /// More of something than a limit; `name` is the parameter, or what is counted.
    case tooMany(String, of: String, count: Int, limit: Int)
    case emptyGroup(name: String)
    case featureTwice(name: String, feature: String)
    /// - Parameter nearest: features that there are.
    case unknownFeature(name: String, feature: String, nearest: [String])
    /// A feature whose prepared columns have no order.
    case withoutOrder(name: String, feature: String, reason: WithoutOrder)
    /// A parameter of columns that the data does not have.
    case withoutNativeCategories(name: String)

    /// A parameter that a search does not try.
    case notSearchable(name: String, nearest: String?)
    case emptyRange(name: String)
    case emptySpace

    /// Why a feature cannot have a direction.
    package enum WithoutOrder: Equatable, Sendable {
        case oneHot
        case native
        case partsOfDate

        fileprivate var sentence: String {
            switch self {
            case .oneHot:
                "becomes a column for each category, and these have no order; it needs an ordinal "
                    + "encoding in the schema"
            case .native:
                "is split into sets of categories, which have no order; it needs an ordinal "
                    + "encoding in the schema"
            case .partsOfDate:
                "becomes parts that do not rise with it; it needs days as its only part in the "
                    + "schema"
            }
        }
    }

    /// What is wrong and what would be right, in a sentence without an end.
    package var description: String {
        switch self {
        case .outOfRange(let name, let value, let range):
            let low = range.lowerBound == .leastNormalMagnitude ? "above 0" : "\(range.lowerBound)"
            return "\(name) is \(value); it must lie from \(low) to \(range.upperBound)"
        case .notWhole(let name, let value):
            return "\(name) is \(value); it must be a whole number"
        case .unknown(let name, let nearest):
            let hint = nearest.map { "the nearest is \($0), and " } ?? ""
            let names = TrainingParameters.names.joined(separator: ", ")
            return "there is no parameter \(name); \(hint)there are \(names)"
        case .repeated(let name, let earlier):
            return "\(name) and \(earlier) are names of one parameter; give one of them"
        case .notNumber(let name): return "\(name) is no number"
        case .notDirections(let name):
            return "\(name) must name a direction for each of some features: 1 or '+' for "
                + "predictions that do not fall, -1 or '-' for predictions that do not rise"
        case .notGroups(let name): return "\(name) must be a list of lists of features"
        case .notAWord(let name, let value, let words):
            return "\(name) is \(value); it must be \(words.joined(separator: " or "))"
        case .tooMany(let what, let name, let count, let limit):
            return "\(name): \(count) \(what) are more than the \(limit) allowed"
        case .emptyGroup(let name): return "\(name): a group is empty"
        case .featureTwice(let name, let feature):
            return "\(name): \(feature) is there twice; give it once"
        case .unknownFeature(let name, let feature, let nearest):
            let hint = nearest.isEmpty ? "" : "; the nearest are \(nearest.joined(separator: ", "))"
            return "\(name): the data has no feature \(feature)\(hint)"
        case .withoutOrder(let name, let feature, let reason):
            return "\(name): \(feature) \(reason.sentence)"
        case .notSearchable(let name, let nearest):
            let hint = nearest.map { "the nearest is \($0), and " } ?? ""
            let names = TrainingParameters.searchedNames.joined(separator: ", ")
            return "\(name) is no parameter to search; \(hint)there are \(names)"
        case .emptyRange(let name):
            return "\(name): the range ends below its beginning; give the smaller number first"
        case .emptySpace: return "the space to search is empty; leave it out for the usual one"
        case .withoutNativeCategories(let name):
            return "\(name) is of columns with native categories, and the data has none; leave it "
                + "out, or give a feature the native encoding in the schema"
        }
    }
}
