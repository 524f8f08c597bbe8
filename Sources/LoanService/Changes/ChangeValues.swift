// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

/// The values that are tried for one changeable feature of a record: one of each interval between
/// the cuts of the forest, the one that is nearest to the record's.
///
/// Within an interval every value gives the same prediction, so that nothing smaller suffices where
/// none of these does. Rules of the policy have bounds of their own, which are tried as well.
struct ChangeValues {
    /// The index of the feature.
    let feature: Int
    /// The column of its matrix.
    let column: Int
    /// What the record has.
    let from: CellText.Cell
    /// The smallest changes first.
    private(set) var changes: [FeatureChange] = []
    /// Whether there are more than are tried.
    private(set) var isCut = false

    /// - Parameters:
    ///   - feature: what the model knows of it.
    ///   - direction: in which its value may change.
    ///   - cuts: of a number, where predictions or rules change, sorted.
    init(
        _ index: Int,
        _ feature: ServedModel.Feature,
        column: Int,
        from: CellText.Cell,
        direction: ChangeableFeature.Direction,
        cuts: [Float]
    ) {
        self.feature = index
        self.column = column
        self.from = from
        let found: [FeatureChange]
        switch (feature.kind, from) {
        case (.number, .number(let value)) where !value.isNaN:
            found = Self.numbers(index, value, direction, cuts, span: Self.span(feature, cuts))
        case (.boolean, .number(let value)) where !value.isNaN:
            found = [FeatureChange(feature: index, from: from, to: .number(1 - value), size: 1)]
        case (.category, .number):
            found = Self.categories(index, feature, from) { .number(Float($0)) }
        case (.category, .code):
            found = Self.categories(index, feature, from) { .code(UInt8($0)) }
        case (.number, _), (.boolean, _), (.date, _):
            // A value that is missing is not known to be changed.
            found = []
        }
        changes = Array(found.prefix(ChangeLimits.valuesMax))
        isCut = found.count > changes.count
    }

    private static func numbers(
        _ index: Int,
        _ value: Float,
        _ direction: ChangeableFeature.Direction,
        _ cuts: [Float],
        span: Double
    ) -> [FeatureChange] {
        var values: [Float] = []
        for cut in cuts {
            if cut > value, direction != .down { values.append(cut) }
            if cut <= value, direction != .up { values.append(cut.nextDown) }
        }
        return values.filter(\.isFinite).map { other in
            FeatureChange(
                feature: index,
                from: .number(value),
                to: .number(other),
                size: (Double(other) - Double(value)).magnitude / span
            )
        }.sorted { $0.size < $1.size }
    }

    /// The range within which all but one of 1,000 values of training lie; of a model of another
    /// tool, that of the cuts.
    private static func span(_ feature: ServedModel.Feature, _ cuts: [Float]) -> Double {
        let span =
            feature.range.map { Double($0.high) - Double($0.low) }
            ?? Double(cuts.last ?? 0) - Double(cuts.first ?? 0)
        return span > 0 ? span : 1
    }

    private static func categories(
        _ index: Int,
        _ feature: ServedModel.Feature,
        _ from: CellText.Cell,
        _ cell: (Int) -> CellText.Cell
    ) -> [FeatureChange] {
        feature.categories.indices.lazy.map(cell).filter { $0 != from }
            .prefix(ChangeLimits.valuesMax + 1)
            .map { FeatureChange(feature: index, from: from, to: $0, size: 1) }
    }
}
