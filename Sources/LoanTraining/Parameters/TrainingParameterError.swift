// SPDX-License-Identifier: Apache-2.0

/// A parameter that libxgboost must not see.
package enum TrainingParameterError: Error, Equatable, CustomStringConvertible {
    case outOfRange(name: String, value: Double, range: ClosedRange<Double>)
    case notWhole(name: String, value: Double)
    case unknown(name: String)
    /// One parameter under two of its names.
    case repeated(name: String, earlier: String)

    /// What is wrong and what would be right, in a sentence without an end.
    package var description: String {
        switch self {
        case .outOfRange(let name, let value, let range):
            let low = range.lowerBound == .leastNormalMagnitude ? "above 0" : "\(range.lowerBound)"
            return "\(name) is \(value); it must lie from \(low) to \(range.upperBound)"
        case .notWhole(let name, let value):
            return "\(name) is \(value); it must be a whole number"
        case .unknown(let name):
            let names = TrainingParameters().named.map(\.name).joined(separator: ", ")
            return "there is no parameter \(name); there are \(names)"
        case .repeated(let name, let earlier):
            return "\(name) and \(earlier) are names of one parameter; give one of them"
        }
    }
}
