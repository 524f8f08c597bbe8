// SPDX-License-Identifier: Apache-2.0

/// A search under way: its trials, and the rungs that they climb.
struct SearchRun {
    private let plan: SearchPlan
    private let schedule: HalvingSchedule
    private let start = ContinuousClock.now
    private var trials: [TrialBoosting]
    private var isCutShort = false
    /// Rounds that are done or will not be.
    private var settledRounds = 0

    init(_ plan: SearchPlan, _ trials: [TrialBoosting], rounds: Int) {
        self.plan = plan
        self.trials = trials
        schedule = HalvingSchedule(trials: trials.count, rounds: rounds)
    }

    /// The places of those that go on from a rung, best first.
    /// - Parameter losses: of the trials of the rung, with their places.
    static func best(_ count: Int, of losses: [(place: Int, loss: Double)]) -> [Int] {
        losses.sorted { ($0.loss, $0.place) < ($1.loss, $1.place) }.prefix(count).map(\.place)
    }

    /// Whether the time of a rung is over. Each rung has an equal share of the time, and what
    /// earlier ones left.
    private func isOver(rung: Int) -> Bool {
        guard let minutes = plan.minutes else { return false }
        let share = Double(rung + 1) / Double(schedule.rungs.count)
        return ContinuousClock.now - start >= .seconds(60 * minutes * share)
    }

    mutating func run(
        on matrix: borrowing TrainingMatrix,
        measuredOn held: borrowing TrainingMatrix,
        _ featureNames: [String],
        _ progress: (TrainingProgress) -> Bool
    ) throws {
        var places = Array(trials.indices)
        var before = 0
        for (number, rung) in schedule.rungs.enumerated() {
            var reached: [Int] = []
            for place in places {
                // At least one trial of each rung is boosted, or there would be no winner.
                if isOver(rung: number), !reached.isEmpty {
                    isCutShort = true
                    break
                }
                // Its part of the rounds of all trials.
                let done = settledRounds + reached.count * (rung.rounds - before)
                let span = done..<(done + rung.rounds - before)
                try boost(place, number, span, on: matrix, held, featureNames, progress)
                reached.append(place)
            }
            let next = number + 1 < schedule.rungs.count ? schedule.rungs[number + 1].trials : 1
            places = Self.best(
                next,
                of: reached.map { (place: $0, loss: trials[$0].trial.best.loss) }
            )
            let remaining = Set(places)
            for place in trials.indices where !remaining.contains(place) { trials[place].drop() }
            settledRounds += rung.trials * (rung.rounds - before)
            before = rung.rounds
        }
    }

    /// Takes a trial to the end of a rung.
    private mutating func boost(
        _ place: Int,
        _ number: Int,
        _ span: Range<Int>,
        on matrix: borrowing TrainingMatrix,
        _ held: borrowing TrainingMatrix,
        _ featureNames: [String],
        _ progress: (TrainingProgress) -> Bool
    ) throws {
        let rung = schedule.rungs[number]
        let all = Double(schedule.roundCount)
        let (count, start) = (trials.count, self.start)
        try trials[place].advance(
            to: rung.rounds,
            rung: number + 1,
            on: matrix,
            measuredOn: held,
            featureNames
        ) { rounds in
            // Rounds of the rungs before are in the span's beginning.
            let done = max(span.lowerBound, span.upperBound - rung.rounds + rounds)
            return progress(
                TrainingProgress(
                    phase: .trial(place + 1, of: count),
                    round: rounds,
                    rounds: rung.rounds,
                    logLoss: nil,
                    elapsed: .now - start,
                    remaining: nil,
                    share: min(1, Double(done) / all)
                )
            )
        }
    }

    /// What was found: the best of the trials that reached the highest rung.
    func report(trainRows: Int, measuredRows: Int) -> SearchReport {
        let top = trials.map(\.trial.rung).max() ?? 0
        let finalists = trials.indices.filter { trials[$0].trial.rung == top }
        let losses = finalists.map { (place: $0, loss: trials[$0].trial.best.loss) }
        guard let winner = Self.best(1, of: losses).first else {
            preconditionFailure("a search has trials")
        }
        var parameters = trials[winner].parameters
        parameters.rounds = trials[winner].trial.best.round
        return SearchReport(
            trials: trials.map(\.trial),
            winner: winner,
            parameters: parameters,
            trainRows: trainRows,
            measuredRows: measuredRows,
            isCutShort: isCutShort
        )
    }
}
