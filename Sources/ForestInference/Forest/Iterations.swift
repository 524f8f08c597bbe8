// SPDX-License-Identifier: Apache-2.0

/// Which iterations of a model are asked for.
public enum Iterations: Sendable, Equatable {
    /// Up to the best one where the model says which it is, as `XGBClassifier.predict`; else all.
    case best
    /// All of them, as `Booster.predict`.
    case all
    /// Some of them, counted from 0, as XGBoost's `iteration_range`.
    case range(Range<Int>)

    /// From words: `best`, `all`, or `FIRST-END`, where the end does not count; nil for others.
    public init?(_ text: String) {
        switch text {
        case "best": self = .best
        case "all": self = .all
        default:
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, text.utf8.allSatisfy({ $0 == 45 || (48...57).contains($0) }),
                let first = Int(parts[0]), let end = Int(parts[1]), first < end
            else { return nil }
            self = .range(first..<end)
        }
    }
}
