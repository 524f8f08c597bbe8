// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
package import ModelValidation

/// A bin of a column on both sides.
package struct DriftBin: Equatable, Sendable {
    /// What the bin is.
    package enum Content: Equatable, Sendable {
        /// Numbers up to this one and above the bin before; nil: all above.
        case upTo(Float?)
        case category(String)
        /// The categories of fewest rows together.
        case others
        case missing
        /// Categories that the model does not know.
        case unseen
    }

    /// What the bin is.
    package let content: Content
    /// Rows of the training, or those that the model was measured on.
    package let expected: Int
    /// Rows that were scored.
    package let actual: Int
}

/// How far the scored rows of one column are from those of the training.
package struct ColumnDrift: Equatable, Sendable {
    /// The feature; empty for the predictions.
    package let name: String
    /// All bins, those of missing and of unseen values last.
    package let bins: [DriftBin]
    /// Rows of all bins on both sides.
    package let (expected, actual): (Int, Int)
    /// Nil where no row was scored.
    package let stability: PopulationStability?

    /// Whether chance alone reaches an index that people look into.
    package var hasTooFewRows: Bool {
        guard let stability else { return true }
        return stability.chance(ofIndex: DriftLimits.indexOfNote) > DriftLimits.chanceMax
    }

    /// The share of a bin among the scored rows, and among those of the training.
    package func shares(_ content: DriftBin.Content) -> (actual: Double?, expected: Double?)? {
        guard let bin = bins.first(where: { $0.content == content }) else { return nil }
        func share(_ count: Int, _ whole: Int) -> Double? {
            whole > 0 ? Double(count) / Double(whole) : nil
        }
        return (share(bin.actual, actual), share(bin.expected, expected))
    }

    init(_ column: DriftColumn, _ cells: [UInt64]) {
        let expected = column.expected
        let actual = column.cells.map { Int(clamping: cells[$0]) }
        let binCount = column.profile.bins.count
        name = column.name
        bins = expected.indices.map { place in
            let content: DriftBin.Content =
                switch place - binCount {
                case ..<0: column.content(ofBin: place)
                case 0: .missing
                default: .unseen
                }
            return DriftBin(content: content, expected: expected[place], actual: actual[place])
        }
        self.expected = expected.reduce(0, +)
        self.actual = actual.reduce(0, +)
        stability = PopulationStability(expected: expected, actual: actual)
    }
}

/// How far the rows that a model scored in a window are from those that it was trained on.
package struct DriftReport: Equatable, Sendable {
    /// The window that was asked for.
    package let window: DriftWindow
    /// What is said of a model of which there is no report.
    package static let unknown =
        "nothing is known of the rows that the model was trained on: it was not trained here, or "
        + "before it was kept how they lie; prepare the data and train again"

    /// When counting began, in seconds since 1970.
    package let since: Int
    /// When the window begins, in seconds since 1970: not before counting began.
    package let from: Int
    /// The predictions; nil where nothing is known of those that the model was measured by.
    package let score: ColumnDrift?
    /// The watched features, in the schema's order.
    package let features: [ColumnDrift]
    /// Features that are not watched, since there are too many.
    package let unwatched: [String]

    init(_ layout: DriftLayout, _ cells: [UInt64], window: DriftWindow, since: Int, from: Int) {
        self.window = window
        self.since = since
        self.from = from
        score = layout.score.map { ColumnDrift($0, cells) }
        features = layout.columns.map { ColumnDrift($0, cells) }
        unwatched = layout.unwatched
    }

    /// What is to be known about the figures, each as a sentence.
    package var notes: [String] {
        var notes: [String] = []
        let columns = features + (score.map { [$0] } ?? [])
        let few = columns.filter(\.hasTooFewRows)
        if !few.isEmpty {
            let rows = few.map(\.actual).max() ?? 0
            notes.append(
                "there are too few rows (\(rows)): chance alone takes the index of "
                    + "\(few.count) of \(columns.count) columns to \(DriftLimits.indexOfNote) more "
                    + "often than once in 20 times"
            )
        }
        if !unwatched.isEmpty {
            notes.append(
                "\(unwatched.count) features are not watched: of many features those are that the "
                    + "trees gain most by, at most \(DriftLimits.featureCountMax)"
            )
        }
        if score == nil {
            notes.append(
                "the predictions are not compared: the model was trained before they were kept, or "
                    + "predicts several values of a row"
            )
        }
        if features.isEmpty, unwatched.isEmpty {
            notes.append(
                "the features are not compared: their data was prepared before it was kept how "
                    + "they lie; prepare it and train again"
            )
        }
        return notes
    }
}
