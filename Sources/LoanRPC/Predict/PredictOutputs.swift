// SPDX-License-Identifier: Apache-2.0

/// What a caller wants in addition to probabilities and labels.
public struct PredictOutputs: OptionSet, Sendable, Hashable {
    /// The bits on the wire.
    public let rawValue: UInt32

    /// A set by its bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Log-odds.
    public static let margins = PredictOutputs(rawValue: 1)

    /// What each raw feature adds to each margin, and the base value.
    public static let contributions = PredictOutputs(rawValue: 2)
    /// The same by column of the prepared matrix.
    public static let columnContributions = PredictOutputs(rawValue: 4)
    /// Points, bands and decisions by the policy of the model.
    public static let decisions = PredictOutputs(rawValue: 8)
    /// Calibrated probabilities, of a model that is calibrated.
    public static let calibrated = PredictOutputs(rawValue: 16)

    /// Every bit that this version defines.
    package static let all: PredictOutputs = [
        .margins, .contributions, .columnContributions, .decisions, .calibrated,
    ]

    /// Whether rows are explained, of which a batch has fewer.
    var explains: Bool { !isDisjoint(with: [.contributions, .columnContributions]) }

    /// Whether a batch is scored on the pool, whatever its rows.
    var goesToPool: Bool { explains || !isDisjoint(with: [.decisions, .calibrated]) }

    /// How many predictions cost as much as a row, about.
    var costPerRow: Int {
        if explains { return Self.contributionsCost }
        if contains(.decisions) { return Self.decisionsCost }
        return contains(.calibrated) ? Self.calibratedCost : 1
    }

    private static let contributionsCost = 350
    /// The margin is summed once more, and rules are looked at.
    private static let decisionsCost = 3
    /// The margin is summed once more.
    private static let calibratedCost = 2
    /// The most rows of a batch that asks for contributions.
    package static let explainedRowsMax = 8_192
}
