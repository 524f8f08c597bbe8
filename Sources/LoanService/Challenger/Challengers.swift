// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Machine
internal import Synchronization

/// The challengers of this server: which model answers a call, and what a second one would have
/// answered.
///
/// Where there is none, a call costs one look at a number. What a shadow scores is copied into a
/// bounded queue and scored by a thread of its own that gives way to those that answer.
package final class Challengers: AnswerWatcher {
    private struct State {
        /// By the names of the champions.
        var challenges: [String: Challenge] = [:]
        var hasThread = false
    }

    private let served: ServedModels
    private let metrics: ChallengerMetrics
    private let queue = ShadowQueue()
    private let state = Mutex(State())
    private let shadowCount = Atomic<Int>(0)
    private let canaryCount = Atomic<Int>(0)
    /// Chooses the calls that a shadow looks at, where these are not all.
    private let samples = Atomic<UInt64>(UInt64.random(in: 0...UInt64.max))
    private let writer = Mutex<ShadowWriter?>(nil)

    /// Takes the scores of a challenger to the decision record; false where it does not have them.
    package typealias ShadowWriter = @Sendable (ShadowFrame) -> Bool

    /// No challengers yet.
    init(_ served: ServedModels, _ metrics: ChallengerMetrics) {
        self.served = served
        self.metrics = metrics
    }

    deinit { queue.close() }

    /// Has what challengers score in shadow written down.
    package func record(by writer: @escaping ShadowWriter) {
        self.writer.withLock { $0 = writer }
    }

    // MARK: Which there are

    package var isOn: Bool { isShadowing }

    /// Whether any model has a shadow.
    package var isShadowing: Bool { shadowCount.load(ordering: .relaxed) > 0 }
    /// Whether any model has a canary.
    package var hasCanaries: Bool { canaryCount.load(ordering: .relaxed) > 0 }

    /// Whether the model of a name has one.
    package func hasCanary(_ name: String) -> Bool {
        challenge(of: name)?.setup.mode == .canary
    }

    /// The challenger of a name.
    package func challenge(of name: String) -> Challenge? {
        state.withLock { $0.challenges[name] }
    }

    /// Where the challenger of a name stands; nil where it is in use.
    func obstacle(_ challenge: Challenge) -> String? {
        do throws(ServiceError) {
            let champion = try served.model(challenge.champion)
            switch challenge.standing(towards: champion, in: served) {
            case .ready, .foreign: return nil
            case .unserved(let error):
                return "\(challenge.setup.model) is not in service here: \(error.sentence)"
            case .mismatch(let mismatch): return "\(mismatch)"
            }
        } catch {
            return "\(challenge.champion) is not in service here: \(error.sentence)"
        }
    }

    /// Takes the challengers that the list has. Those that are there already go on counting.
    func replace(_ entries: [String: ChallengerList.Entry]) {
        let challenges = state.withLock { state -> [Challenge] in
            var challenges: [String: Challenge] = [:]
            for (name, entry) in entries {
                if let known = state.challenges[name], known.stamp == entry.stamp {
                    challenges[name] = known
                } else {
                    challenges[name] = Challenge(champion: name, entry)
                }
            }
            state.challenges = challenges
            let shadows = challenges.values.count { $0.setup.mode == .shadow }
            shadowCount.store(shadows, ordering: .relaxed)
            canaryCount.store(challenges.count - shadows, ordering: .relaxed)
            return Array(challenges.values)
        }
        metrics.observe(challenges)
    }

    // MARK: Canary

    /// The model that answers a call.
    /// - Parameters:
    ///   - champion: the model of the name.
    ///   - name: the one that the caller uses.
    ///   - arePrepared: whether the rows are columns of the prepared matrix, which only the model
    ///     that prepares them can read.
    ///   - id: the id of the call; asked for where a canary may answer.
    package func answering(
        _ champion: ServedModel,
        name: String,
        arePrepared: Bool = false,
        id: () -> CallID
    ) -> AnsweringModel {
        let alone = AnsweringModel(champion, name: name)
        guard hasCanaries, let challenge = challenge(of: name), challenge.setup.mode == .canary,
            !arePrepared || !champion.isPrepared
        else { return alone }
        let setup = challenge.setup
        switch challenge.standing(towards: champion, in: served) {
        case .foreign: return alone
        case .unserved: challenge.pass(over: 1, .unserved)
        case .mismatch: challenge.pass(over: 1, .mismatch)
        case .ready(let model):
            let isTaken = CanaryChoice.takes(id(), salt: setup.salt, share: setup.share)
            challenge.countCall(byChallenger: isTaken)
            return AnsweringModel(
                isTaken ? model : champion,
                name: isTaken ? setup.model : name,
                champion: champion,
                isChosen: true
            )
        }
        return alone
    }

    // MARK: Shadow

    /// Takes rows that were answered, for a challenger that is to score them, too. Never waits.
    package func observe(
        _ origin: CallOrigin,
        by champion: ServedModel,
        rows: Range<Int>,
        of rowCount: Int,
        numbers: Span<Float>,
        codes: Span<UInt8>,
        prepared: Span<Float>,
        margins: Span<Float>,
        values: Span<Float>
    ) {
        guard isShadowing, let challenge = challenge(of: origin.model),
            challenge.setup.mode == .shadow, isSampled(challenge.setup.share)
        else { return }
        guard prepared.isEmpty || !champion.isPrepared else {
            return challenge.pass(over: rows.count, .prepared)
        }
        // A champion that was replaced by one of another kind has no bands.
        guard champion.decides, margins.count == rows.count, values.count == rows.count else {
            return challenge.pass(over: rows.count, .mismatch)
        }
        let refusal = queue.add(
            challenge,
            champion,
            rows: rows,
            of: rowCount,
            // Without a preparation the columns are the features, and all of them are numbers.
            numbers: prepared.isEmpty ? numbers : prepared,
            codes: codes,
            margins: margins,
            probabilities: values,
            call: .init(
                id: origin.id,
                milliseconds: Int64(Date().timeIntervalSince1970 * 1_000),
                firstRow: origin.firstRow,
                rowCount: rows.count
            )
        )
        if let refusal { challenge.pass(over: rows.count, refusal) }
    }

    private func isSampled(_ share: Double) -> Bool {
        guard share < 1 else { return true }
        var random = SplitMix64(seed: samples.wrappingAdd(1, ordering: .relaxed).newValue)
        return Double(random.next() >> 11) * 0x1p-53 < share
    }

    // MARK: The thread that scores

    /// Starts the thread, unless it is there.
    /// - Throws: `.unavailable` where the system has none; what waits is passed over in time.
    func start() throws(ServiceError) {
        let isDue = state.withLock { state in
            defer { state.hasThread = true }
            return !state.hasThread
        }
        guard isDue else { return }
        do throws(OwnThread.Unavailable) {
            try OwnThread.start { [queue, weak self] in
                Thread.current.name = "shadow"
                BackgroundThread.giveWay()
                while queue.wait() { self?.turn() }
            }
        } catch {
            state.withLock { $0.hasThread = false }
            throw .unavailable(
                message: "no thread can be started for the shadow of a model: "
                    + "\(SystemErrorText.of(error.code)); try again later",
                retryAfterSeconds: 5
            )
        }
    }

    private func turn() {
        // Rows of many calls make one batch.
        Thread.sleep(forTimeInterval: ChallengerLimits.pause / .seconds(1))
        let chunks = queue.take()
        for chunk in chunks { score(chunk) }
        queue.giveBack(chunks.map(\.columns))
    }

    private func score(_ chunk: ShadowQueue.Chunk) {
        let (challenge, champion) = (chunk.challenge, chunk.champion)
        let rowCount = chunk.columns.rowCount
        switch challenge.standing(towards: champion, in: served) {
        case .foreign: return
        case .unserved: challenge.pass(over: rowCount, .unserved)
        case .mismatch: challenge.pass(over: rowCount, .mismatch)
        case .ready(let challenger):
            let scores = ShadowScores(chunk.columns, champion, challenger)
            challenge.add(scores.tally)
            metrics.add(scores, of: challenge)
            guard let writer = writer.withLock({ $0 }) else { return }
            for frame in scores.frames(champion, challenger) where !writer(frame) {
                challenge.pass(over: frame.values.count, .unrecorded)
            }
        }
    }
}
