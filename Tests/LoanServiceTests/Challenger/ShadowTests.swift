// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import Observability
import Synchronization
import TestSupport
import Testing

/// What a challenger scores in shadow, and how that is counted.
@Suite struct ShadowTests {
    private typealias Fleet = ChallengerFleet

    private struct Shadow {
        let service: LoanService
        let answered: AnsweredRows

        init(_ fleet: ChallengerFleet, rows: Int, metrics: MetricsRegistry = MetricsRegistry())
            async throws
        {
            service = try await fleet.serving(metrics: metrics)
            _ = try await service.setChallenger(
                ChallengerFleet.setup(.shadow),
                of: ChallengerFleet.champion
            )
            answered = try AnsweredRows(service, rows: rows)
        }

        var challenge: Challenge {
            get throws {
                try #require(service.challenger(of: ChallengerFleet.champion).challenge)
            }
        }

        /// What two scorings of the same rows, one after the other, say.
        func expected() throws -> ShadowTally {
            let challenger = try service.served.model(ChallengerFleet.challenger)
            let probabilities = challenger.probabilities(of: answered.applications)
            let before = answered.champion.decisions(
                of: answered.applications,
                probabilities: answered.scores.predictions
            )
            let after = challenger.decisions(
                of: answered.applications,
                probabilities: probabilities
            )
            var tally = ShadowTally()
            for (row, (old, new)) in zip(before.rows, after.rows).enumerated() {
                tally.add(1, .init(champion: before.band(old), challenger: after.band(new)))
                tally.decisions[old.decision.rank][new.decision.rank] += 1
                let difference = Double(abs(probabilities[row] - answered.scores.predictions[row]))
                tally.differenceSum += difference
                tally.differenceMax = max(tally.differenceMax, difference)
            }
            return tally
        }
    }

    /// Rows come one by one and in batches that cross the ends of chunks.
    @Test func theCountsAreThoseOfTwoScorings() async throws {
        let fleet = try Fleet()
        let registry = MetricsRegistry(ChallengerMetrics.descriptions)
        let shadow = try await Shadow(fleet, rows: 3_000, metrics: registry)
        for row in 0..<100 { try shadow.answered.observe(row..<row + 1, by: shadow.service) }
        try shadow.answered.observe(100..<2_700, by: shadow.service)
        try shadow.answered.observe(2_700..<3_000, by: shadow.service)
        try await eventually { try shadow.challenge.tally.rowCount == 3_000 }
        let (found, expected) = (try shadow.challenge.tally, try shadow.expected())
        #expect(found.bands == expected.bands)
        #expect(found.decisions == expected.decisions)
        #expect(found.differenceMax == expected.differenceMax)
        // The order of the sum depends on the chunks.
        #expect(abs(found.differenceSum - expected.differenceSum) < 1e-9)
        #expect(expected.changedCount > 0, "two models that decide alike show nothing")
        #expect(found.changedCount == expected.changedCount)
        for reason in PassedOver.allCases where reason != .contended {
            #expect(try shadow.challenge.passedOverCount(reason) == 0, "\(reason)")
        }
        let text = registry.text
        for (pair, rows) in expected.bands {
            let line =
                "loan_default_challenger_rows_total{band=\"\(pair.champion)\","
                + "challenger=\"challenger\",challenger_band=\"\(pair.challenger)\","
                + "model=\"champion\"} \(rows)"
            #expect(text.contains(line), "\(line)")
        }
        let count =
            "loan_default_challenger_difference_count{challenger=\"challenger\","
            + "model=\"champion\"} 3000"
        #expect(text.contains(count))
    }

    @Test func aShadowIsNotCountedAsAnswersOfTheChallenger() async throws {
        let fleet = try Fleet()
        let registry = MetricsRegistry()
        let shadow = try await Shadow(fleet, rows: 50, metrics: registry)
        try shadow.answered.observe(0..<50, by: shadow.service)
        try await eventually { try shadow.challenge.tally.rowCount == 50 }
        #expect(registry.text.contains("nv_inference_count{model=\"challenger\"} 0"))
    }

    @Test func everyCallOfAShadowHasAFrameWithTheBitsOfTheChallenger() async throws {
        let fleet = try Fleet()
        let shadow = try await Shadow(fleet, rows: 1_500)
        let frames = Mutex<[ShadowFrame]>([])
        shadow.service.challengers.record { frame in
            frames.withLock { $0.append(frame) }
            return frame.id.text == "one"
        }
        try shadow.answered.observe(0..<1, by: shadow.service, id: "one")
        try shadow.answered.observe(1..<1_500, by: shadow.service, id: "many")
        try await eventually { try shadow.challenge.tally.rowCount == 1_500 }
        // What the record has no room for is counted.
        try await eventually { try shadow.challenge.passedOverCount(.unrecorded) == 1_499 }
        let challenger = try shadow.service.served.model(Fleet.challenger)
        let wanted = challenger.scores(of: shadow.answered.applications, keepsMargins: true)
        let (one, many) = frames.withLock { frames in
            (frames.filter { $0.id.text == "one" }, frames.filter { $0.id.text == "many" })
        }
        #expect(one.map(\.values) == [[wanted.predictions[0]]])
        // A call that crosses the end of a chunk has a frame for each part.
        let parts = many.sorted { $0.firstRow < $1.firstRow }
        #expect(parts.count > 1)
        #expect(parts.first?.firstRow == 0)
        #expect(parts.flatMap(\.values) == Array(wanted.predictions[1...]))
        #expect(parts.flatMap(\.margins) == wanted.margins.map { Array($0[1...]) })
        let decided = challenger.decisions(
            of: shadow.answered.applications,
            probabilities: wanted.predictions
        )
        #expect(parts.flatMap(\.decisions) == decided.rows[1...].map(\.decision))
        #expect(parts.flatMap(\.points) == decided.rows[1...].map { Int32($0.points) })
        #expect(parts.flatMap(\.bands) == decided.rows[1...].map { UInt8($0.band) })
    }

    @Test func aCallOfMoreRowsThanMayWaitIsPassedOverWhole() async throws {
        let fleet = try Fleet()
        let shadow = try await Shadow(fleet, rows: 10)
        let rowCount = ChallengerLimits.waitingRowsMax + 1
        let champion = shadow.answered.champion
        let codeCount = champion.categoryCounts.count
        let numbers = [Float](repeating: 1, count: rowCount * (champion.features.count - codeCount))
        let codes = [UInt8](repeating: 0, count: rowCount * codeCount)
        let zeros = [Float](repeating: 0, count: rowCount)
        func observe(_ rows: Range<Int>) {
            shadow.service.challengers.observe(
                CallOrigin(
                    id: CallID(given: "call", number: 0),
                    transport: .rpc,
                    model: Fleet.champion
                ),
                by: champion,
                rows: rows,
                of: rowCount,
                numbers: numbers.span,
                codes: codes.span,
                prepared: [Float]().span,
                margins: zeros.span.extracting(first: rows.count),
                values: zeros.span.extracting(first: rows.count)
            )
        }
        observe(0..<rowCount)
        #expect(try shadow.challenge.passedOverCount(.full) == rowCount)
        observe(0..<rowCount - 1)
        try await eventually { try shadow.challenge.tally.rowCount == rowCount - 1 }
        #expect(try shadow.challenge.passedOverCount(.full) == rowCount)
    }

    @Test func preparedRowsAndAChallengerOutOfServiceAreCountedApart() async throws {
        let fleet = try Fleet()
        let shadow = try await Shadow(fleet, rows: 20)
        try shadow.answered.observe(0..<20, by: shadow.service, prepared: [0])
        #expect(try shadow.challenge.passedOverCount(.prepared) == 20)
        _ = try await shadow.service.unload(Fleet.challenger)
        try shadow.answered.observe(0..<20, by: shadow.service)
        try await eventually { try shadow.challenge.passedOverCount(.unserved) == 20 }
        #expect(try shadow.challenge.tally.rowCount == 0)
    }

    @Test func aShareOfTheCallsIsLookedAt() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        _ = try await service.setChallenger(
            Fleet.setup(.shadow, share: 0.5),
            of: Fleet.champion
        )
        let answered = try AnsweredRows(service, rows: 1_000)
        for row in 0..<1_000 { try answered.observe(row..<row + 1, by: service) }
        let challenge = try #require(service.challenger(of: Fleet.champion).challenge)
        try await eventually { challenge.tally.rowCount > 400 }
        try await Task.sleep(for: .milliseconds(50))
        #expect((400...600).contains(challenge.tally.rowCount))
    }

    /// Policies of later generations may have other bands, without end.
    @Test func pairsOfBandsAreBounded() {
        var tally = ShadowTally()
        for number in 0...ChallengerLimits.bandPairsMax {
            tally.add(2, .init(champion: "band \(number)", challenger: "low"))
        }
        #expect(tally.bands.count == ChallengerLimits.bandPairsMax + 1)
        #expect(tally.bands[.other] == 2)
        tally.add(1, .init(champion: "one more", challenger: "low"))
        #expect(tally.bands[.other] == 3)
        #expect(tally.rowCount == 2 * ChallengerLimits.bandPairsMax + 3)
    }
}
