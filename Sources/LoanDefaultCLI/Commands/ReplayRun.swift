// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import JSON
internal import LoanService

/// One run of `replay`, and what it prints.
struct ReplayRun {
    private let walk: RecordWalk
    private let reasonCount: Int?
    private var replay: Replay
    private var sample: RecordSample?
    private var explained = 0
    private var report = ReplayReport()
    private var time = Duration.zero
    /// What the walk through the record has come to.
    private(set) var walked = RecordWalk.Result()

    /// Decisions that are explained at most.
    private static let explainedMax = 1_000

    init(
        walk: RecordWalk,
        kernels: ReplayKernels,
        comparesReasons: Bool,
        reasonCount: Int?
    ) {
        self.walk = walk
        self.reasonCount = reasonCount
        replay = Replay(walk.place, kernels: kernels, comparesReasons: comparesReasons)
    }

    /// Makes only some decisions again: counts them first.
    mutating func draw(_ count: Int, seed: UInt64) throws {
        let line = ProgressLine()
        let total = try walk.run(progress: { line.show("counting", share: $0) }) { _ in true }
        sample = RecordSample(count, of: total.rowCount, seed: seed)
    }

    /// Reads and compares; prints explanations where they are wanted.
    mutating func run() throws {
        let line = ProgressLine()
        let start = ContinuousClock.now
        var (replay, sample) = (replay, sample)
        let (reasonCount, explainedMax) = (reasonCount, Self.explainedMax)
        var explained = explained
        walked = try walk.run(progress: { line.show("replaying", share: $0) }) { decisions in
            var decisions = decisions
            if sample != nil {
                decisions.rows = sample?.draw(decisions.allRows)
                guard decisions.rowCount > 0 else { return true }
            }
            if let reasonCount, explained < explainedMax {
                let model = try replay.model(of: decisions.context)
                let lines = try ExplanationLines(decisions, model, count: reasonCount)
                print(lines.text)
                explained += decisions.rowCount
            }
            replay.add(decisions)
            return true
        }
        report = replay.finish()
        time = .now - start
        (self.replay, self.sample, self.explained) = (replay, sample, explained)
    }

    /// For people.
    var lines: [String] {
        let models = report.modelCount == 1 ? "1 model" : "\(report.modelCount) models"
        let decisions = report.rowCount == 1 ? "1 decision" : "\(report.rowCount) decisions"
        var lines = ["\(decisions) of \(models) made again in \(time.brief)"]
        lines += kernels.map { "  kernel   \($0.name): \($0.count)" }
        if report.reasonRowCount > 0 { lines.append("  reasons  \(report.reasonRowCount)") }
        lines += differences.map { "  differs  \($0.name): \($0.count)" }
        lines += report.firstDifferences.map { "  \($0)" }
        lines += report.problems.map { "  problem  \($0)" }
        if report.isEqual, report.rowCount > 0 { lines.append("every bit is the same") }
        return lines
    }

    private var kernels: [(name: String, count: Int)] {
        report.kernels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private var differences: [(name: String, count: Int)] {
        ReplayDifference.Field.allCases.compactMap { field in
            report.differences[field].map { (field.rawValue, $0) }
        }
    }

    /// For programs.
    var json: [UInt8] {
        func counts(_ pairs: [(name: String, count: Int)]) -> JSONValue {
            .object(JSONObject(pairs.map { ($0.name, JSONValue.integer($0.count)) }))
        }
        func texts(_ texts: [String]) -> JSONValue { .array(texts.map { JSONValue.string($0) }) }
        let parts = time.components
        let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
        let value = JSONValue.members([
            "equal": .bool(report.rowCount > 0 && report.isEqual && walked.faults.isEmpty),
            "decisions": .integer(report.rowCount),
            "models": .integer(report.modelCount),
            "kernels": counts(kernels),
            "reasons": .integer(report.reasonRowCount),
            "not_replayed": .integer(report.unreplayedRowCount),
            "not_explained": .integer(report.unexplainedRowCount),
            "differing_decisions": .integer(report.differingRowCount),
            "differences": counts(differences),
            "first_differences": texts(report.firstDifferences.map { "\($0)" }),
            "problems": texts(report.problems.map { "\($0)" }),
            "seconds": .real(seconds),
        ])
        return value.serialized + [UInt8(ascii: "\n")]
    }

    /// - Throws: `CommandFailure` unless there were decisions and all of them are the same.
    func check(_ place: String) throws(CommandFailure) {
        guard report.rowCount + report.unreplayedRowCount > 0 else {
            throw .failed("\(place) has no such decision")
        }
        guard !report.isEqual else { return }
        let count = report.differences.values.reduce(0, +)
        throw .failed(
            "\(place): \(count) differences, \(report.unreplayedRowCount) decisions that cannot be "
                + "made again, and \(report.unexplainedRowCount) whose reasons cannot"
        )
    }
}
