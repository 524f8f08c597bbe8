// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import ForestInference
internal import LoanModel
internal import ModelValidation

/// Makes the answers of a batch again and compares them with the recorded ones, bit by bit.
struct ReplayComparison {
    private let batch: ReplayBatch
    private let stream: String
    private let segment: UInt64
    private let inputs: ScoringRows
    private let names: Names
    /// Rows with a difference so far.
    private var differing: Set<Int> = []
    private var report = ReplayReport()

    /// What numbers of an answer are called.
    private struct Names {
        let bands: [String]
        let rules: [String]
    }

    init(_ batch: ReplayBatch, stream: String, segment: UInt64) {
        self.batch = batch
        self.stream = stream
        self.segment = segment
        inputs = batch.inputs
        names = Names(
            bands: batch.context.content.bands,
            rules: batch.context.content.rules
        )
    }

    /// Adds what comes of it to a report.
    mutating func run(into target: inout ReplayReport) {
        swap(&report, &target)
        let served = batch.model.served
        let fastest = RecordedModel.Kernel(
            kernel: served.scorer.kernel(forRowCount: batch.rowCount),
            scorer: served.scorer
        )
        let (margins, values) = compareScores(by: fastest, isChosen: false)
        for kernel in batch.model.kernels where kernel.kernel != fastest.kernel {
            _ = compareScores(by: kernel, isChosen: true)
        }
        if batch.answers.contains(.calibrated) { compareCalibrated(margins) }
        if !batch.answers.isDisjoint(with: .policy) { comparePolicy(margins, values) }
        report.rowCount += batch.rowCount
        report.differingRowCount += differing.count
        swap(&report, &target)
    }

    /// - Parameter isChosen: whether the kernel is to score all of the rows; else it is only the
    ///   first choice for them.
    private mutating func compareScores(
        by kernel: RecordedModel.Kernel,
        isChosen: Bool
    ) -> (margins: [Float], values: [Float]) {
        let scorer = kernel.scorer
        let count = batch.rowCount
        var margins = [Float](repeating: 0, count: count * scorer.valueCount(of: .margin))
        var results = margins.mutableSpan
        scorer.score(
            inputs,
            output: .margin,
            kernel: isChosen ? kernel.kernel : nil,
            into: &results
        )
        var values = [Float](repeating: 0, count: count * scorer.valueCount(of: .probability))
        var predictions = values.mutableSpan
        scorer.predict(margins: margins.span, into: &predictions)
        compare(batch.margins, margins, .margin, kernel.name)
        compare(batch.values, values, .prediction, kernel.name)
        report.kernels[kernel.name, default: 0] += count
        return (margins, values)
    }

    private mutating func compare(
        _ recorded: [Float],
        _ replayed: [Float],
        _ field: ReplayDifference.Field,
        _ kernel: String
    ) {
        let perRow = recorded.count / batch.rowCount
        for place in recorded.indices
        where recorded[place].bitPattern != replayed[place].bitPattern {
            add(
                field,
                row: place / perRow,
                kernel,
                Self.text(recorded[place]),
                Self.text(replayed[place])
            )
        }
    }

    private mutating func compareCalibrated(_ margins: [Float]) {
        let calibration = batch.model.served.calibration?.calibration
        for row in 0..<batch.rowCount {
            let replayed = calibration?.probability(ofMargin: margins[row])
            let recorded = batch.calibrated[row]
            guard replayed?.bitPattern != recorded.bitPattern else { continue }
            let text = replayed.map(Self.text) ?? "absent"
            add(.calibrated, row: row, nil, Self.text(recorded), text)
        }
    }

    private mutating func comparePolicy(_ margins: [Float], _ values: [Float]) {
        let served = batch.model.served
        guard served.decides else {
            for row in 0..<batch.rowCount {
                add(.decision, row: row, nil, "recorded", "none, as the model has no policy")
            }
            return
        }
        let rows = decisions(margins, values).rows
        let answers = batch.answers
        for (row, decided) in rows.enumerated() {
            if answers.contains(.points), Int(batch.points[row]) != decided.points {
                add(.points, row: row, nil, "\(batch.points[row])", "\(decided.points)")
            }
            if answers.contains(.bands), Int(batch.bands[row]) != decided.band {
                add(.band, row: row, nil, band(Int(batch.bands[row])), band(decided.band))
            }
            if answers.contains(.outcomes), Int(batch.outcomes[row]) != decided.decision.rank {
                let recorded = Decision.allCases.first { $0.rank == Int(batch.outcomes[row]) }
                add(
                    .decision,
                    row: row,
                    nil,
                    recorded?.rawValue ?? "\(batch.outcomes[row])",
                    decided.decision.rawValue
                )
            }
            if answers.contains(.rules) {
                let bits = decided.rules.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
                guard bits != batch.rules[row] else { continue }
                add(.rules, row: row, nil, rules(batch.rules[row]), rules(bits))
            }
        }
    }

    private func decisions(_ margins: [Float], _ values: [Float]) -> Decisions {
        let served = batch.model.served
        switch inputs.form {
        case .raw(let numbers, let codes):
            return served.decisions(
                numbers: numbers.span,
                codes: codes.span,
                margins: margins,
                probabilities: values
            )
        case .prepared(let matrix):
            return served.decisions(
                prepared: matrix.span,
                margins: margins,
                probabilities: values
            )
        }
    }

    private mutating func add(
        _ field: ReplayDifference.Field,
        row: Int,
        _ kernel: String?,
        _ recorded: String,
        _ replayed: String
    ) {
        differing.insert(row)
        report.differences[field, default: 0] += 1
        guard report.firstDifferences.count < ReplayReport.shownMax else { return }
        let origin = batch.origin(ofRow: row)
        report.firstDifferences.append(
            ReplayDifference(
                place: .init(stream: stream, segment: segment, sequence: origin.sequence),
                id: origin.id,
                row: origin.requestRow,
                field: field,
                kernel: kernel,
                recorded: recorded,
                replayed: replayed
            )
        )
    }

    private func band(_ index: Int) -> String {
        names.bands.indices.contains(index) ? names.bands[index] : "band \(index)"
    }

    private func rules(_ bits: UInt64) -> String {
        let codes = (0..<UInt64.bitWidth).filter { bits >> UInt64($0) & 1 == 1 }.map { index in
            names.rules.indices.contains(index) ? names.rules[index] : "rule \(index)"
        }
        return codes.isEmpty ? "none" : codes.joined(separator: " ")
    }

    private static func text(_ value: Float) -> String {
        "\(value) (0x\(String(value.bitPattern, radix: 16)))"
    }

    private static func text(_ value: Double) -> String {
        "\(value) (0x\(String(value.bitPattern, radix: 16)))"
    }
}
