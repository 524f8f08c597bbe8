// SPDX-License-Identifier: Apache-2.0

/// Where a training stands after a round.
package struct TrainingProgress: Sendable {
    /// What the rounds are for.
    package enum Phase: Equatable, Sendable {
        /// The model that is stored.
        case model
        /// A model of all folds but one, counted from 1.
        case fold(Int, of: Int)
        /// A trial of a search, counted from 1.
        case trial(Int, of: Int)
    }

    /// What the rounds are for.
    package internal(set) var phase = Phase.model
    /// Rounds done, from 1.
    package let round: Int
    /// Rounds in all.
    package let rounds: Int
    /// Log loss in nats at the newest evaluated round, on the rows held out to stop early with, or
    /// else on the training rows; the root of the mean squared distance where a number is
    /// predicted.
    package let logLoss: Double?
    /// Time since the first round began.
    package let elapsed: Duration
    /// The time that the remaining rounds take at the pace so far; nil while there are too few to
    /// say.
    package let remaining: Duration?
    /// The done part of all phases, 0...1.
    package internal(set) var share: Double

    /// What is under way, with the number of the round.
    package var title: String {
        let rounds = "round \(round) of \(rounds)"
        return switch phase {
        case .model: rounds
        case .fold(let fold, let count): "fold \(fold) of \(count), \(rounds)"
        case .trial(let trial, let count): "trial \(trial) of \(count), \(rounds)"
        }
    }

    /// The same as a part of something longer.
    /// - Parameter span: of the whole work, in 0...1.
    package func during(_ phase: Phase, _ span: ClosedRange<Double>) -> TrainingProgress {
        var progress = self
        progress.phase = phase
        progress.share = span.lowerBound + share * (span.upperBound - span.lowerBound)
        return progress
    }
}
