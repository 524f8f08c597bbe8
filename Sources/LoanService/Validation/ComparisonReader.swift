// SPDX-License-Identifier: Apache-2.0

package import LoanModel
internal import ModelValidation

/// Reads a labeled table in pieces, and has two models score and decide its rows.
///
/// Memory: a label, a weight and two probabilities for each row, and the rows of one batch.
package struct ComparisonReader {
    private let models: (first: ServedModel, second: ServedModel)
    private var readers: (first: CSVReader, second: CSVReader)
    private var labels: [Float] = []
    private var weights: [Float]?
    private var probabilities: (first: [Float], second: [Float]) = ([], [])
    private var decisions: [[Int]]

    /// Rows that are scored together.
    private static let batchRows = 16_384

    /// - Parameters:
    ///   - label: the label's column, for models that have none of their own.
    ///   - dialect: how the table is written.
    /// - Precondition: both models decide, as `checkDecidable` has it.
    package init(
        _ first: ServedModel,
        _ second: ServedModel,
        label: LabelChoice? = nil,
        dialect: CSVDialect = CSVDialect()
    ) throws(ModelComparisonError) {
        guard let firstReader = first.labeledTableReader(label, dialect: dialect),
            let secondReader = second.labeledTableReader(label, dialect: dialect)
        else { throw .noLabel }
        models = (first, second)
        readers = (firstReader, secondReader)
        let count = Decision.allCases.count
        decisions = Array(repeating: Array(repeating: 0, count: count), count: count)
    }

    /// Reads the next bytes of the table.
    package mutating func append(_ bytes: [UInt8]) throws(ModelComparisonError) {
        do throws(CSVError) {
            try readers.first.append(bytes.span)
            try readers.second.append(bytes.span)
        } catch {
            throw .table(error)
        }
        if readers.first.rowCount >= Self.batchRows {
            try compare(readers.first.takeRows(), readers.second.takeRows())
        }
    }

    /// Ends the table.
    package mutating func finish() throws(ModelComparisonError) -> ModelComparison {
        let rows: (Table, Table)
        do throws(CSVError) {
            rows = (try readers.first.finish(), try readers.second.finish())
        } catch {
            throw .table(error)
        }
        try compare(rows.0, rows.1)
        do throws(ScoredRowsError) {
            let first = try ranked(probabilities.first)
            let second = try ranked(probabilities.second)
            let figures = (
                ValidationFigures(first, thresholds: []), ValidationFigures(second, thresholds: [])
            )
            var area: AreaComparison?
            if let one = figures.0.area, let other = figures.1.area {
                area = AreaComparison(one, other, of: first.rows)
            }
            return ModelComparison(
                first: figures.0,
                second: figures.1,
                area: area,
                rowCount: labels.count,
                defaultCount: labels.count { $0 == 1 },
                unlabeledCount: readers.first.unlabeledCount,
                decisions: decisions
            )
        } catch {
            throw .figures(error)
        }
    }

    private func ranked(_ probabilities: [Float]) throws(ScoredRowsError) -> RankedRows {
        RankedRows(
            try ScoredRows(probabilities: probabilities, labels: labels, weights: weights)
        )
    }

    private mutating func compare(
        _ first: Table,
        _ second: Table
    ) throws(ModelComparisonError) {
        guard first.rowCount == second.rowCount else {
            throw .rows(
                first: labels.count + first.rowCount,
                second: labels.count + second.rowCount
            )
        }
        guard first.rowCount > 0 else { return }
        let found = (first.labels ?? [], second.labels ?? [])
        if let row = found.0.indices.first(where: { found.0[$0] != found.1[$0] }) {
            throw .labels(row: labels.count + row)
        }
        labels += found.0
        if let more = first.weights { weights = (weights ?? []) + more }
        let decided = (Self.decide(first, models.first), Self.decide(second, models.second))
        probabilities.first += decided.0.probabilities
        probabilities.second += decided.1.probabilities
        for (before, after) in zip(decided.0.decisions.rows, decided.1.decisions.rows) {
            decisions[before.decision.rank][after.decision.rank] += 1
        }
    }

    private static func decide(
        _ table: Table,
        _ model: ServedModel
    ) -> (probabilities: [Float], decisions: Decisions) {
        let applications = model.applications(of: table)
        let probabilities = model.probabilities(of: applications)
        return (probabilities, model.decisions(of: applications, probabilities: probabilities))
    }
}
