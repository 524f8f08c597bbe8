// SPDX-License-Identifier: Apache-2.0

package import ForestInference

extension Scorer {
    /// Margins of a row.
    package var outputCount: Int { compiled.forest.outputCount }

    /// What each feature adds to the margins of some rows of a batch.
    ///
    /// The first call makes tables, which takes some tenths of a second at most.
    /// - Parameters:
    ///   - rows: the rows to explain.
    ///   - scope: what is counted; raw features also where the rows are prepared.
    /// - Throws: why nothing exact can be said of the model.
    package func contributions(
        of batch: ScoringRows,
        rows: Range<Int>,
        by scope: RowContributions.Scope
    ) throws(ContributionError) -> RowContributions {
        let tables = try contributionTables.tables(of: compiled)
        let columns = columns(of: scope)
        let cells = outputCount * columns.count
        var sums = [Int64](repeating: 0, count: rows.count * cells)
        var sumSpan = sums.mutableSpan
        switch batch.form {
        case .prepared(let values):
            tables.sums(
                values.span.extracting(min(rows.lowerBound, values.count)...),
                layout: Self.layout(values.count, batch.rowCount, rows),
                columns: columns,
                into: &sumSpan
            )
        case .raw(let numbers, let codes):
            tables.sums(
                of: forest,
                numeric: numbers.span.extracting(min(rows.lowerBound, numbers.count)...),
                numericLayout: Self.layout(numbers.count, batch.rowCount, rows),
                codes: codes.span.extracting(min(rows.lowerBound, codes.count)...),
                codeLayout: Self.layout(codes.count, batch.rowCount, rows),
                columns: columns,
                into: &sumSpan
            )
        }
        return RowContributions(
            outputCount: outputCount,
            featureCount: columns.count,
            bases: tables.baseValues,
            margins: margins(of: batch, rows: rows),
            sums: sums,
            unit: tables.unit
        )
    }

    /// What separates the margins of some rows from those of a reference row, by feature.
    /// - Parameter reference: one row, raw or of the batch's form.
    /// - Throws: why nothing exact can be said of the model.
    package func differences(
        of batch: ScoringRows,
        rows: Range<Int>,
        from reference: ScoringRows,
        by scope: RowContributions.Scope
    ) throws(ContributionError) -> RowContributions {
        let tables = try contributionTables.tables(of: compiled)
        let columns = columns(of: scope)
        let all = batch.rows(rows, then: like(batch, reference))
        let every = 0..<all.rowCount
        var sums = [Int64](repeating: 0, count: rows.count * outputCount * columns.count)
        var sumSpan = sums.mutableSpan
        switch all.form {
        case .prepared(let values):
            tables.differences(
                values.span,
                layout: Self.layout(values.count, all.rowCount, every),
                columns: columns,
                into: &sumSpan
            )
        case .raw(let numbers, let codes):
            tables.differences(
                of: forest,
                numeric: numbers.span,
                numericLayout: Self.layout(numbers.count, all.rowCount, every),
                codes: codes.span,
                codeLayout: Self.layout(codes.count, all.rowCount, every),
                columns: columns,
                into: &sumSpan
            )
        }
        let margins = margins(of: all, rows: every)
        return RowContributions(
            outputCount: outputCount,
            featureCount: columns.count,
            bases: Array(margins.suffix(outputCount)),
            margins: Array(margins.dropLast(outputCount)),
            sums: sums,
            unit: tables.unit
        )
    }

    /// A reference row in the form of a batch.
    private func like(_ batch: ScoringRows, _ reference: ScoringRows) -> ScoringRows {
        guard case .prepared = batch.form else { return reference }
        return reference.prepared(by: preprocessor)
    }

    /// The margins of some rows of a batch, row after row.
    private func margins(of batch: ScoringRows, rows: Range<Int>) -> [Float] {
        var margins = [Float](repeating: 0, count: rows.count * outputCount)
        var span = margins.mutableSpan
        switch batch.form {
        case .prepared(let values):
            score(
                prepared: values.span,
                rowCount: batch.rowCount,
                rows: rows,
                output: .margin,
                into: &span
            )
        case .raw(let numbers, let codes):
            score(
                numbers: numbers.span,
                codes: codes.span,
                rowCount: batch.rowCount,
                rows: rows,
                output: .margin,
                into: &span
            )
        }
        return margins
    }

    /// Where some rows of a matrix lie, which is given from their first on.
    private static func layout(_ count: Int, _ rowCount: Int, _ rows: Range<Int>) -> MatrixLayout {
        .columnMajor(
            rowCount: rows.count,
            columnCount: count / max(1, rowCount),
            columnStride: rowCount
        )
    }

    /// For each prepared column what it is counted for.
    private func columns(of scope: RowContributions.Scope) -> ContributionColumns {
        guard scope == .features else { return .prepared(preprocessor.columnCount) }
        let features = preprocessor.schema.features
        var targets = [Int](repeating: 0, count: preprocessor.columnCount)
        for feature in features.indices {
            for column in preprocessor.step(ofFeature: feature).columns {
                targets[column] = feature
            }
        }
        return ContributionColumns(targets: targets, count: features.count)
    }
}
