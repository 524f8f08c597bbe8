// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC
internal import LoanService

extension PredictAdapter {
    /// Adds the contributions that a batch asks for. Such batches come to the pool in parts of some
    /// rows.
    static func explain(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?,
        _ model: ServedModel,
        into scores: inout PredictScores
    ) throws(RPCStatus) {
        let outputs = batch.outputs
        guard outputs.contains(.contributions) || outputs.contains(.columnContributions) else {
            return
        }
        let rows = matrices(batch, cells)
        let reference: ScoringRows?
        do throws(ServiceError) {
            reference = try BaselineRecord.read(batch.baseline, at: [.name("baseline")])?
                .row(of: model)
        } catch {
            throw RPCStatus(error)
        }
        let scopes: [(PredictOutputs, RowContributions.Scope)] = [
            (.contributions, .features), (.columnContributions, .columns),
        ]
        for (output, scope) in scopes where outputs.contains(output) {
            let contributions: RowContributions
            do throws(ServiceError) {
                try model.checkContributions(
                    rowCount: batch.firstRow + batch.rowCount,
                    by: scope,
                    at: [.name("rows")]
                )
                contributions = try model.contributions(
                    of: rows,
                    rows: 0..<batch.rowCount,
                    by: scope,
                    from: reference
                )
            } catch {
                throw RPCStatus(error)
            }
            scores.append(
                contributions: contributions.values,
                perRow: contributions.valuesPerRow,
                isByColumn: scope == .columns
            )
        }
    }

    private static func matrices(
        _ batch: borrowing PredictBatch,
        _ cells: ColumnCells?
    ) -> ScoringRows {
        let rowCount = batch.rowCount
        if let cells {
            return ScoringRows(
                rowCount: rowCount,
                form: .raw(numbers: cells.numbers, codes: cells.codes)
            )
        }
        if batch.preparedFeatureCount != nil {
            return ScoringRows(
                rowCount: rowCount,
                form: .prepared(batch.withPrepared { Array($0) })
            )
        }
        return ScoringRows(
            rowCount: rowCount,
            form: .raw(
                numbers: batch.withNumbers { Array($0) },
                codes: batch.withCodes { Array($0) }
            )
        )
    }
}

extension Array {
    /// The elements of a span.
    fileprivate init(_ span: Span<Element>) {
        self.init()
        reserveCapacity(span.count)
        for index in span.indices { append(span[index]) }
    }
}
