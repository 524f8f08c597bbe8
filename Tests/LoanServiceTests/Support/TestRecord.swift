// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Digest
import Foundation
import LoanModel
import LoanService
import TestSupport

/// A record in a folder of its own, of decisions that a model makes.
final class TestRecord {
    let folder: TemporaryFolder
    let files: RecordedModelFiles
    private let recorder: DecisionRecorder
    private let raw: ContextNumber
    private let prepared: ContextNumber
    /// Milliseconds since 1970 of the next decisions: each a second after the ones before.
    private(set) var time: Int64 = 1_790_000_000_000

    /// - Parameter segmentBytes: after which a segment is sealed.
    init(_ files: RecordedModelFiles, segmentBytes: Int = 64 << 10) throws {
        folder = try TemporaryFolder()
        self.files = files
        var configuration = RecordConfiguration(
            mode: .required,
            folder: folder.path("record"),
            stream: "server-1",
            build: "loan-default of a test"
        )
        configuration.ringByteCount = 1 << 20
        configuration.segmentByteCountMax = segmentBytes
        recorder = try DecisionRecorder(configuration, store: nil) { _ in }
        for bytes in [files.model, files.preprocessor, files.policy] {
            try recorder.pin(bytes.span, digest: SHA256.hash(bytes))
        }
        raw = try recorder.register(files.context())
        prepared = try recorder.register(files.context(isPrepared: true))
    }

    /// The record as a reader has it, after its last decision.
    func close() -> RecordPlace {
        recorder.stop()
        return place
    }

    /// Holds the folder until here: it is removed after the last use of this object.
    func keep() { withExtendedLifetime(self) {} }

    /// The record as it is.
    var place: RecordPlace { RecordPlace(folder: folder.path("record")) }

    /// Records what a model answers, or something else.
    /// - Parameters:
    ///   - reasons: of each row; none where nil.
    ///   - change: changes the answer before it is recorded.
    func append(
        _ id: String,
        _ rows: CodedApplications,
        transport: DecisionTransport = .predict,
        decides: Bool = true,
        reasons: Int? = nil,
        unknown: [UnknownText] = [],
        change: (inout RecordedTestAnswer) -> Void = { _ in }
    ) throws {
        var answer = try RecordedTestAnswer(files.served, rows, reasons: reasons)
        if !decides { answer.leaveOutDecisions() }
        change(&answer)
        time += 1_000
        let (numbers, codes) = rows.matrices
        _ = try recorder.append(
            DecisionHead(
                context: raw,
                timeMilliseconds: time,
                transport: transport,
                rowCount: rows.rowCount
            ),
            id: Array(id.utf8).span,
            numbers: numbers.span,
            codes: codes.span,
            unknown: unknown,
            margins: answer.margins.span,
            values: answer.values.span,
            calibrated: answer.calibrated.span,
            points: answer.points.span,
            bands: answer.bands.span,
            outcomes: answer.outcomes.span,
            rules: answer.rules.span,
            reasons: answer.reasons,
            mayWait: true
        )
    }

    /// Records the same rows as ones of the prepared matrix.
    func append(prepared id: String, _ rows: CodedApplications) throws {
        let answer = try RecordedTestAnswer(files.served, rows, reasons: nil)
        let batch = ScoringRows(rows).prepared(by: try TestModel.shared.get().preprocessor)
        guard case .prepared(let values) = batch.form else { return }
        time += 1_000
        _ = try recorder.append(
            DecisionHead(
                context: prepared,
                timeMilliseconds: time,
                transport: .rpc,
                rowCount: rows.rowCount
            ),
            id: Array(id.utf8).span,
            prepared: values.span,
            margins: answer.margins.span,
            values: answer.values.span,
            mayWait: true
        )
    }

    /// Invented applications, coded for the model.
    func applications(_ count: Int, seed: UInt64 = 3) throws -> CodedApplications {
        let csv = SampleApplications(rows: count, seed: seed).csv()
        return try files.served.applications(csv: Self.withoutLabel(csv))
    }

    /// A table without its last column.
    private static func withoutLabel(_ csv: [UInt8]) -> [UInt8] {
        let lines = String(decoding: csv, as: UTF8.self).split(separator: "\n")
        let names = lines[0].split(separator: ",").map(String.init)
        guard let label = names.firstIndex(of: "loan_status") else { return csv }
        let kept = lines.map { line in
            var cells = line.split(separator: ",", omittingEmptySubsequences: false)
            cells.remove(at: label)
            return cells.joined(separator: ",")
        }
        return Array((kept.joined(separator: "\n") + "\n").utf8)
    }
}

/// What is answered of some rows, in the columns of the record.
struct RecordedTestAnswer {
    var margins: [Float]
    var values: [Float]
    var calibrated: [Double]
    var points: [Int32]
    var bands: [UInt8]
    var outcomes: [UInt8]
    var rules: [UInt64]
    var reasons: RecordedReasons?

    init(_ model: ServedModel, _ rows: CodedApplications, reasons count: Int?) throws {
        let (numbers, codes) = rows.matrices
        var margins = [Float](repeating: 0, count: rows.rowCount)
        var results = margins.mutableSpan
        model.score(
            numbers: numbers.span,
            codes: codes.span,
            rowCount: rows.rowCount,
            margins: true,
            into: &results
        )
        self.margins = margins
        values = model.probabilities(of: rows)
        calibrated = model.calibrated(rows)?.values ?? []
        let decided = model.decisions(of: rows, probabilities: values).rows
        points = decided.map { Int32($0.points) }
        bands = decided.map { UInt8($0.band) }
        outcomes = decided.map { UInt8($0.decision.rank) }
        rules = decided.map { $0.rules.reduce(0) { $0 | 1 << UInt64($1) } }
        guard let count else { return }
        let all = try model.contributions(
            of: ScoringRows(rows),
            rows: 0..<rows.rowCount,
            by: .features
        )
        var recorded = RecordedReasons(counts: [], features: [], contributions: [], unit: all.unit)
        for row in 0..<rows.rowCount {
            let sums = Array(all.sums(ofRow: row))
            let raising = sums.indices.filter { sums[$0] > 0 }
                .sorted { (sums[$1], $0) < (sums[$0], $1) }.prefix(count)
            recorded.counts.append(UInt32(raising.count))
            recorded.features += raising.map { UInt32($0) }
            recorded.contributions += raising.map { sums[$0] }
        }
        reasons = recorded
    }

    /// As where nobody asks for decisions.
    mutating func leaveOutDecisions() {
        (calibrated, points, bands, outcomes, rules) = ([], [], [], [], [])
    }
}
