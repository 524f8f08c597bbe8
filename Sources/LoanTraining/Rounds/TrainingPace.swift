// SPDX-License-Identifier: Apache-2.0

/// Estimates how long a training goes on, from the rounds that it has done.
///
/// The first round also sorts every column into bins and takes as long as dozens of others, so it
/// does not count. The pace is the mean of all rounds after it, which single slow ones hardly move.
package struct TrainingPace: Sendable {
    /// Fewest rounds, in addition to the first, that say anything.
    private static let roundsMin = 3
    /// The estimate begins with this share of all rounds, or after this time.
    private static let shareMin = 0.05
    private static let timeMin = Duration.seconds(2)

    private let rounds: Int
    private var firstRoundEnd: Duration?

    /// - Parameter rounds: of the whole training.
    package init(rounds: Int) {
        self.rounds = rounds
    }

    /// The time left; nil while too few rounds are done to say.
    /// - Parameters:
    ///   - round: rounds done, from 1; each is given once, in order.
    ///   - elapsed: since the first round began.
    package mutating func remaining(after round: Int, at elapsed: Duration) -> Duration? {
        guard round < rounds else { return .zero }
        guard let firstRoundEnd else {
            firstRoundEnd = elapsed
            return nil
        }
        let counted = round - 1
        let time = elapsed - firstRoundEnd
        guard counted >= Self.roundsMin,
            Double(round) >= Self.shareMin * Double(rounds) || time >= Self.timeMin
        else { return nil }
        return time / counted * (rounds - round)
    }
}
