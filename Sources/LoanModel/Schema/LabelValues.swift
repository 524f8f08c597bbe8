// SPDX-License-Identifier: Apache-2.0

/// What the cells of a label column stand for.
package enum LabelValues: Sendable, Hashable {
    /// One of two texts, or of two numbers: 1 for `positive` and 0 for `negative`, which is the
    /// first other text that a table has where it is nil.
    case classes(positive: String, negative: String?)
    /// 1 for true and yes, 0 for false and no, as `BooleanText` reads them.
    case boolean
    /// A number to predict.
    case number

    /// The labels of the documented table.
    package static let zeroOrOne = LabelValues.classes(positive: "1", negative: "0")

    /// Whether labels are 0 or 1, so that a model predicts a probability.
    package var areClasses: Bool {
        switch self {
        case .classes, .boolean: true
        case .number: false
        }
    }
}
