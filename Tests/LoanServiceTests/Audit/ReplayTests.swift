// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import LoanModel
import LoanService
import TestSupport
import Testing

/// Recorded decisions are made again from the record alone, and every other bit is found.
@Suite struct ReplayTests {
    private func record() async throws -> TestRecord {
        try TestRecord(try await RecordedModelFiles(TestModel.shared.get()))
    }

    private func replay(
        _ place: RecordPlace,
        _ kernels: ReplayKernels = .fastest,
        _ filter: RecordFilter = RecordFilter()
    ) throws -> ReplayReport {
        var replay = Replay(place, kernels: kernels)
        let walked = try RecordWalk(place, filter).run { decisions in
            replay.add(decisions)
            return true
        }
        #expect(walked.faults == [])
        return replay.finish()
    }

    @Test func everyKernelMakesEveryDecisionAgain() async throws {
        let record = try await record()
        defer { record.keep() }
        for (index, count) in [1, 1, 700, 3].enumerated() {
            let rows = try record.applications(count, seed: UInt64(index))
            try record.append("call-\(index)", rows, decides: index != 1)
            try record.append(prepared: "matrix-\(index)", rows)
        }
        try record.append("explained", record.applications(40), reasons: 4)
        let place = record.close()
        let report = try replay(place, .all)
        #expect(report.isEqual, "\(report.firstDifferences) \(report.problems)")
        #expect(report.rowCount == 2 * 705 + 40)
        #expect(report.reasonRowCount == 40)
        #expect(report.modelCount == 1)
        let running = Set(record.files.served.kernelNames)
        #expect(running.isSubset(of: report.kernels.keys))
        #expect(report.kernels.keys.contains("portable"))
    }

    /// A change of one bit, or one step, of a field.
    struct Change: Sendable, CustomTestStringConvertible {
        let field: ReplayDifference.Field
        let apply: @Sendable (inout RecordedTestAnswer) -> Void

        var testDescription: String { field.rawValue }
    }

    static let changes = [
        Change(field: .margin) { $0.margins[1] = $0.margins[1].nextUp },
        Change(field: .prediction) { $0.values[1] = $0.values[1].nextUp },
        Change(field: .calibrated) { $0.calibrated[1] = $0.calibrated[1].nextUp },
        Change(field: .points) { $0.points[1] += 1 },
        Change(field: .band) { $0.bands[1] = ($0.bands[1] + 1) % 3 },
        Change(field: .decision) { $0.outcomes[1] = ($0.outcomes[1] + 1) % 3 },
        Change(field: .rules) { $0.rules[1] ^= 1 },
        Change(field: .reasons) { $0.reasons?.contributions[0] += 1 },
    ]

    @Test(arguments: changes) func anotherBitIsFound(change: Change) async throws {
        let record = try await record()
        defer { record.keep() }
        let rows = try record.applications(5)
        try record.append("good", rows, reasons: 4)
        try record.append("changed", rows, reasons: 4, change: change.apply)
        let report = try replay(record.close())
        #expect(!report.isEqual)
        #expect(report.differences == [change.field: 1])
        let difference = try #require(report.firstDifferences.first)
        #expect(difference.id == "changed")
        #expect(difference.field == change.field)
        #expect(difference.row == (change.field == .reasons ? 0 : 1))
        #expect(difference.place.stream == "server-1")
        #expect("\(difference)".contains("id changed, row \(difference.row)"))
    }

    @Test func aFileThatIsGoneIsNamed() async throws {
        let record = try await record()
        defer { record.keep() }
        try record.append("one", record.applications(3))
        let place = record.close()
        let digest = RecordNames.hex(record.files.context().policyDigest)
        try FileManager.default.removeItem(atPath: record.folder.path("record/models/\(digest)"))
        let report = try replay(place)
        #expect(!report.isEqual)
        #expect(report.unreplayedRowCount == 3)
        #expect(report.problems == [.file(.policy, .notPinned(digest: digest))])
    }

    @Test func aFileThatWasChangedIsNamed() async throws {
        let record = try await record()
        defer { record.keep() }
        try record.append("one", record.applications(3))
        let place = record.close()
        let digest = RecordNames.hex(record.files.context().modelDigest)
        let path = record.folder.path("record/models/\(digest)")
        var bytes = record.files.model
        bytes[bytes.count / 2] ^= 1
        try FileManager.default.removeItem(atPath: path)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let report = try replay(place)
        #expect(report.problems == [.file(.model, .pinnedDigest(digest: digest))])
    }

    @Test func filtersChooseWhatIsMadeAgain() async throws {
        let record = try await record()
        defer { record.keep() }
        for index in 0..<4 { try record.append("call-\(index)", record.applications(10)) }
        try record.append("matrix", record.applications(2), transport: .rpc)
        let place = record.close()
        var filter = RecordFilter()
        filter.id = Array("call-2".utf8)
        #expect(try replay(place, .fastest, filter).rowCount == 10)
        filter = RecordFilter()
        filter.transport = .rpc
        #expect(try replay(place, .fastest, filter).rowCount == 2)
        filter = RecordFilter()
        filter.from = record.time - 1_000
        #expect(try replay(place, .fastest, filter).rowCount == 12)
        filter.to = record.time
        #expect(try replay(place, .fastest, filter).rowCount == 10)
        filter = RecordFilter()
        filter.band = "no such band"
        #expect(try replay(place, .fastest, filter).rowCount == 0)
        filter.band = "fair"
        let bands = try RecordedTestAnswer(
            record.files.served,
            record.applications(10),
            reasons: nil
        ).bands
        // The last call has the first two of the same rows.
        let expected = 4 * bands.count { $0 == 1 } + bands.prefix(2).count { $0 == 1 }
        let fair = try replay(place, .fastest, filter)
        #expect(fair.rowCount == expected && fair.isEqual)
        #expect((1..<42).contains(expected))
    }

    @Test func aSampleHasAsManyDecisionsAsAreAskedFor() {
        var counts = [Int](repeating: 0, count: 100)
        for seed in 0..<400 {
            var sample = RecordSample(10, of: 100, seed: UInt64(seed))
            let drawn = (0..<10).flatMap { sample.draw(Array($0 * 10..<$0 * 10 + 10)) }
            #expect(drawn.count == 10)
            for row in drawn { counts[row] += 1 }
        }
        // 40 each on average, with a deviation of 6.
        #expect(counts.allSatisfy { (12...68).contains($0) })
        var all = RecordSample(10, of: 3, seed: 1)
        #expect(all.draw([0, 1, 2]) == [0, 1, 2])
    }

    @Test func reasonsAreWorkedOutFromTheRecordAlone() async throws {
        let record = try await record()
        defer { record.keep() }
        let rows = try record.applications(3)
        try record.append("asked", rows)
        let place = record.close()
        var replay = Replay(place, kernels: .fastest)
        var explained: [ExplainedDecision] = []
        _ = try RecordWalk(place).run { decisions in
            explained += try replay.model(of: decisions.context).explain(decisions, count: 4)
            return true
        }
        let served = record.files.served
        let contributions = try served.contributions(
            of: ScoringRows(rows),
            rows: 0..<3,
            by: .features
        )
        let expected = served.explanations(
            contributions,
            of: ScoringRows(rows),
            classes: nil,
            ReasonRequest(count: 4)
        )
        #expect(explained.map(\.explanation) == expected)
    }
}
