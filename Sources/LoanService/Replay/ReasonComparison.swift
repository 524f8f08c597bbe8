// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

/// Works out the reasons of a frame again and compares them with those that were answered.
struct ReasonComparison {
    private let decisions: RecordedDecisions
    private let served: ServedModel
    private let recorded: RecordedReasons
    /// Where the reasons of each row begin.
    private let starts: [Int]
    private let name: String
    private var report = ReplayReport()

    /// Rows that are explained together.
    private static let rowsMax = 1_024

    /// Nil for a frame without reasons.
    init?(
        _ decisions: RecordedDecisions,
        _ model: RecordedModel
    ) throws(ReplayProblem) {
        let name = decisions.context.content.model
        do throws(RecordReadError) {
            guard let recorded = try decisions.frame.reasons() else { return nil }
            self.recorded = recorded
        } catch {
            throw .columns(model: name, problem: "\(error)")
        }
        self.decisions = decisions
        self.name = name
        served = model.served
        starts = recorded.starts
        let (rowCount, width) = (decisions.frame.head.rowCount, served.features.count)
        let count = starts[starts.count - 1]
        guard recorded.counts.count == rowCount, recorded.features.count == count,
            recorded.contributions.count == count,
            recorded.classes.isEmpty || recorded.classes.count == rowCount,
            recorded.all.isEmpty || recorded.all.count == rowCount * width
        else {
            throw .columns(
                model: name,
                problem: "its reasons have other counts than its \(rowCount) rows"
            )
        }
    }

    /// Adds what comes of it to a report.
    mutating func run(into target: inout ReplayReport) throws(ReplayProblem) {
        swap(&report, &target)
        defer { swap(&report, &target) }
        let rows = decisions.allRows
        let batch = ScoringRows(decisions)
        let baseline = try self.baseline()
        for start in stride(from: 0, to: rows.count, by: Self.rowsMax) {
            let part = Array(rows[start..<min(start + Self.rowsMax, rows.count)])
            let contributions: RowContributions
            do throws(ServiceError) {
                contributions = try served.contributions(
                    of: batch.picking(part),
                    rows: 0..<part.count,
                    by: .features,
                    from: baseline
                )
            } catch {
                throw .reasons(model: name, problem: error.sentence(naming: { _ in nil }))
            }
            for (index, row) in part.enumerated() { compare(row, contributions, index) }
        }
        report.reasonRowCount += rows.count
    }

    private mutating func compare(_ row: Int, _ contributions: RowContributions, _ index: Int) {
        let output = recorded.classes.isEmpty ? 0 : recorded.classes[row]
        guard output != RecordedReasons.unexplained else { return }
        guard Int(output) < contributions.outputCount else {
            return add(row, "about margin \(output)", "about one of \(contributions.outputCount)")
        }
        let sums = Array(contributions.sums(ofRow: index, output: Int(output)))
        // Of equal sums the first in the schema is first.
        let ordered = sums.indices.filter { sums[$0] > 0 }
            .sorted { (sums[$1], $0) < (sums[$0], $1) }
        let places = starts[row]..<starts[row + 1]
        let answered = places.map { place in
            (Int(recorded.features[place]), recorded.contributions[place])
        }
        let now = ordered.prefix(places.count).map { ($0, sums[$0]) }
        if !answered.elementsEqual(now, by: ==) { add(row, text(answered), text(now)) }
        guard !recorded.all.isEmpty else { return }
        let all = recorded.all[row * sums.count..<(row + 1) * sums.count]
        if !all.elementsEqual(sums) {
            add(
                row,
                text(Array(all.enumerated().map { ($0, $1) })),
                text(Array(sums.enumerated().map { ($0, $1) }))
            )
        }
    }

    /// The row that reasons start from; nil for the mean over the training.
    private func baseline() throws(ReplayProblem) -> ScoringRows? {
        guard !recorded.baselineNumbers.isEmpty || !recorded.baselineCodes.isEmpty else {
            return nil
        }
        guard
            recorded.baselineNumbers.count
                == served.features.count(where: { $0.carrier == .number }),
            recorded.baselineCodes.count == served.features.count(where: { $0.carrier == .code })
        else {
            throw .columns(model: name, problem: "the row that reasons start from is no row of it")
        }
        return ScoringRows(
            rowCount: 1,
            form: .raw(numbers: recorded.baselineNumbers, codes: recorded.baselineCodes)
        )
    }

    private func text(_ reasons: [(Int, Int64)]) -> String {
        guard !reasons.isEmpty else { return "none" }
        return reasons.map { feature, sum in
            "\(decisions.context.content.name(ofFeature: feature)) \(sum)"
        }
        .joined(separator: ", ")
    }

    private mutating func add(_ row: Int, _ recorded: String, _ replayed: String) {
        report.differences[.reasons, default: 0] += 1
        guard report.firstDifferences.count < ReplayReport.shownMax else { return }
        report.firstDifferences.append(
            ReplayDifference(
                place: decisions.place,
                id: decisions.id,
                row: decisions.frame.head.firstRow + row,
                field: .reasons,
                kernel: nil,
                recorded: recorded,
                replayed: replayed
            )
        )
    }
}

extension ScoringRows {
    /// All rows of a frame.
    init(_ decisions: RecordedDecisions) {
        let frame = decisions.frame
        self.init(
            rowCount: frame.head.rowCount,
            form: decisions.context.content.isPrepared
                ? .prepared(Array(frame.prepared))
                : .raw(numbers: Array(frame.numbers), codes: Array(frame.codes))
        )
    }
}
