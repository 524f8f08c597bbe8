// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// One challenger of one champion on this server, from the moment it was set: what is counted of
/// it, and whether the two models go together.
package final class Challenge: Sendable {
    /// Where the challenger stands towards a model.
    enum Standing: Sendable {
        case ready(ServedModel)
        /// The model is no model of the champion's place, though it has its name.
        case foreign
        case unserved(ServiceError)
        case mismatch(ChallengerMismatch)
    }

    private struct Pair: Hashable {
        let champion: UInt64
        let challenger: UInt64
    }

    /// How a pair of models was found to be.
    private enum Finding { case ready, foreign, mismatch(ChallengerMismatch) }

    /// Pairs that are remembered: models of both names that were replaced a moment ago.
    private static let pairsMax = 8

    /// The name that callers use.
    package let champion: String
    /// What the challenger is there for.
    package let setup: ChallengerSetup
    /// When it was set, in seconds since 1970.
    package let since: Double
    /// Another one is another change.
    let stamp: String

    private let counted = Mutex(ShadowTally())
    private let passedOver = Mutex<[PassedOver: Int]>([:])
    private let championCalls = Atomic<Int>(0)
    private let challengerCalls = Atomic<Int>(0)
    private let findings = Mutex<[Pair: Finding]>([:])

    init(champion: String, _ entry: ChallengerList.Entry) {
        self.champion = champion
        setup = entry.setup
        since = entry.since
        stamp = entry.stamp
    }

    // MARK: Models

    /// The challenger, if it can stand in for a model.
    /// - Parameter model: one that has the champion's name.
    func standing(towards model: ServedModel, in served: ServedModels) -> Standing {
        let challenger: ServedModel
        do throws(ServiceError) {
            challenger = try served.model(setup.model)
        } catch {
            return .unserved(error)
        }
        let pair = Pair(champion: model.generation, challenger: challenger.generation)
        let known = findings.withLock { $0[pair] }
        let finding = known ?? find(model, challenger, served)
        if known == nil {
            findings.withLock { findings in
                if findings.count >= Self.pairsMax { findings.removeAll() }
                findings[pair] = finding
            }
        }
        return switch finding {
        case .ready: .ready(challenger)
        case .foreign: .foreign
        case .mismatch(let mismatch): .mismatch(mismatch)
        }
    }

    private func find(
        _ model: ServedModel,
        _ challenger: ServedModel,
        _ served: ServedModels
    ) -> Finding {
        if let place = model.source?.reference.model,
            let own = try? served.status(of: champion).reference.model, own != place
        {
            return .foreign
        }
        do throws(ChallengerMismatch) {
            try model.check(challenger, as: setup.mode)
            return .ready
        } catch {
            return .mismatch(error)
        }
    }

    // MARK: Counts

    /// What was counted so far.
    package var tally: ShadowTally { counted.withLock { $0 } }

    /// Rows that were passed over, by the reason.
    package func passedOverCount(_ reason: PassedOver) -> Int {
        passedOver.withLock { $0[reason] ?? 0 }
    }

    /// Calls that a canary left to the champion, and those that the challenger has answered.
    package var calls: (champion: Int, challenger: Int) {
        (
            championCalls.load(ordering: .relaxed), challengerCalls.load(ordering: .relaxed)
        )
    }

    func add(_ tally: ShadowTally) { counted.withLock { $0.add(tally) } }

    func pass(over rows: Int, _ reason: PassedOver) {
        passedOver.withLock { $0[reason, default: 0] += rows }
    }

    func countCall(byChallenger: Bool) {
        if byChallenger {
            challengerCalls.add(1, ordering: .relaxed)
        } else {
            championCalls.add(1, ordering: .relaxed)
        }
    }
}
