// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC

/// What the policy of a model makes of a row.
public struct RowDecision: Sendable, Equatable {
    /// What becomes of an application.
    public enum Outcome: String, Sendable, CaseIterable {
        case approve
        /// A person decides.
        case refer
        case decline
    }

    /// A rule that decides by the record alone.
    public struct Rule: Sendable, Equatable {
        /// The same for programs.
        public let code: String
        /// The reason, as an applicant reads it.
        public let text: String
    }

    /// Points on the scale of the policy.
    public let points: Int
    /// The name of the band.
    public let band: String
    /// What is decided.
    public let outcome: Outcome
    /// The rules that hold, in the order of the policy.
    public let rules: [Rule]

    /// Those of all rows of an answer.
    static func all(of decided: PredictDecisions) -> [RowDecision] {
        decided.points.indices.map { row in
            let bits = decided.ruleBits.isEmpty ? 0 : decided.ruleBits[row]
            return RowDecision(
                points: Int(decided.points[row]),
                band: decided.bandNames[Int(decided.bands[row])],
                outcome: Outcome(decided.decisions[row]),
                rules: decided.rules.enumerated().filter { bits >> UInt64($0.offset) & 1 == 1 }
                    .map { Rule(code: $0.element.code, text: $0.element.text) }
            )
        }
    }
}

extension RowDecision.Outcome {
    fileprivate init(_ decision: PredictDecisions.Decision) {
        self =
            switch decision {
            case .approve: .approve
            case .refer: .refer
            case .decline: .decline
            }
    }
}
