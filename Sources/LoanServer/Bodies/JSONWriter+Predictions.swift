// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

extension JSONWriter {
    /// Appends the values of a row: a number, or a list of them.
    mutating func values(_ row: ArraySlice<Float>, isList: Bool) {
        guard isList else { return number(row.first ?? .nan) }
        list(row, open: "[", close: "]") { $0.number($1) }
    }
}

extension Prediction {
    /// Whether a row has a probability for each class, however many these are.
    var isOfClasses: Bool {
        if case .classProbabilities = self { true } else { false }
    }
}
