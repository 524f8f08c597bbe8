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

    /// Every bit that this version defines.
    package static let all: PredictOutputs = [.margins, .contributions, .columnContributions]

    /// Whether a batch is scored on the pool, whatever its rows.
    var goesToPool: Bool { !isDisjoint(with: [.contributions, .columnContributions]) }

    /// How many predictions cost as much as a row, about.
    var costPerRow: Int { goesToPool ? Self.contributionsCost : 1 }

    private static let contributionsCost = 350
    /// The most rows of a batch that asks for contributions.
    package static let explainedRowsMax = 8_192
}
