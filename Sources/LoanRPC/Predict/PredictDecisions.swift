// SPDX-License-Identifier: Apache-2.0

/// What the policy of a model makes of the rows of a batch.
public struct PredictDecisions: Sendable, Equatable {
    /// What is decided of a row.
    public enum Decision: UInt8, Sendable, CaseIterable {
        case approve = 0
        /// A person decides.
        case refer = 1
        case decline = 2
    }

    /// A rule of the policy.
    public struct Rule: Sendable, Equatable {
        /// The same for programs.
        public var code: String
        /// The reason, as an applicant reads it.
        public var text: String

        /// Gathers both.
        public init(code: String, text: String) {
            self.code = code
            self.text = text
        }
    }

    /// Points of each row.
    public var points: [Int32] = []
    /// The band of each row: an index of `bandNames`.
    public var bands: [UInt8] = []
    /// What is decided of each row.
    public var decisions: [Decision] = []
    /// The rules that hold for each row: bit n stands for `rules[n]`. Empty where there are none.
    public var ruleBits: [UInt64] = []
    /// The names of all bands.
    public var bandNames: [String] = []
    /// All rules, at most 64.
    public var rules: [Rule] = []

    /// Decisions of no rows.
    public init() {}

    /// The codes of the rules that hold for a row.
    public func codes(ofRow row: Int) -> [String] {
        guard ruleBits.indices.contains(row) else { return [] }
        return rules.indices.filter { ruleBits[row] >> UInt64($0) & 1 == 1 }.map { rules[$0].code }
    }

    /// Whether all parts have an element for each of `rowCount` rows, and name what is there.
    func isComplete(rowCount: Int) -> Bool {
        points.count == rowCount && bands.count == rowCount && decisions.count == rowCount
            && (rules.isEmpty ? ruleBits.isEmpty : ruleBits.count == rowCount)
            && bands.allSatisfy { Int($0) < bandNames.count } && rules.count <= 64
    }

    /// Appends further rows by the same policy.
    mutating func append(_ more: PredictDecisions) {
        points += more.points
        bands += more.bands
        decisions += more.decisions
        ruleBits += more.ruleBits
        bandNames = more.bandNames
        rules = more.rules
    }
}
