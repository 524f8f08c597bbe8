// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel
internal import ModelValidation

/// Whether a model gives an applicant of 62 or older a negative value for age, on the rows that it
/// is measured on.
package struct ElderlyReport: Sendable, Equatable {
    /// The column that was named.
    package let column: String
    /// Rows of applicants of 62 and older; nil where the model has no such feature, so that nobody
    /// gets a value for it.
    package let elderlyRows: Int?

    /// Rows whose contributions are worked out together.
    private static let blockRows = 4_096

    /// Looks at the rows.
    /// - Parameters:
    ///   - column: the raw feature that is the age in years.
    ///   - others: columns of the data that the model does not look at.
    /// - Throws: `.invalid` for a column that is no number, `.conflict` where a row gets a negative
    ///   value.
    init(
        _ column: String,
        _ forest: CompiledForest,
        _ preprocessor: Preprocessor,
        _ matrix: FloatMatrix,
        _ others: [String]
    ) throws(ServiceError) {
        self.column = column
        guard let (feature, place, prepare) = try Self.feature(column, preprocessor, others)
        else {
            elderlyRows = nil
            return
        }
        let cells = Array(matrix.values[place * matrix.rows..<(place + 1) * matrix.rows])
        let least = prepare(GroupColumn.elderlyAge)
        // A missing age is the number that the preparation puts in its place, if it puts one.
        let rows = cells.indices.filter { cells[$0] >= least }
        elderlyRows = rows.count
        guard !rows.isEmpty else { return }
        let raw = RisingFunction(prepare)
        let ages = rows.map { row in
            max(GroupColumn.elderlyAge, raw.smallestArgument(reaching: cells[row]) ?? .nan)
        }
        let contributions = try Self.contributions(forest, preprocessor, matrix, rows, feature)
        let check = Self.check(ages, contributions)
        guard let worst = check.worstRow else { return }
        throw .conflict(
            FieldProblem(
                .elderlyCheck,
                "the model is not stored: of the \(check.elderlyRows) rows to test with whose "
                    + "\(column.excerpt) is 62 or more, it raises the risk of \(check.raisedRows), "
                    + "such as of the row \(rows[worst] + 1) with \(ages[worst]), by "
                    + "\(Float(contributions[worst])) of the margin; leave the feature out, or "
                    + "constrain it so that the risk does not rise with it",
                kind: .unmet
            )
        )
    }

    /// The raw feature of the age, its prepared column, and what prepares it; nil where the data
    /// has the column, but the model not.
    /// - Throws: `.invalid` for a column that is no number, or not there at all.
    static func feature(
        _ column: String,
        _ preprocessor: Preprocessor,
        _ others: [String]
    ) throws(ServiceError) -> (index: Int, column: Int, prepare: (Float) -> Float)? {
        let features = preprocessor.schema.features
        guard let index = features.firstIndex(where: { $0.name == column }) else {
            guard others.contains(column) else {
                throw unknown(column, features.map(\.name) + others)
            }
            return nil
        }
        let step = preprocessor.step(ofFeature: index)
        guard features[index].kind == .number, let prepare = step.fitted.functions?.first else {
            throw .invalid(.elderlyCheck, "\(column.excerpt) must be a number: an age in years")
        }
        return (index, step.columns.lowerBound, prepare)
    }

    private static func check(_ ages: [Float], _ contributions: [Double]) -> ElderlyCheck {
        do throws(FairnessError) {
            return try ElderlyCheck(ages: ages, contributions: contributions)
        } catch {
            preconditionFailure("each row has an age and a contribution: \(error)")
        }
    }

    /// What the feature adds to the margin of each of some rows.
    private static func contributions(
        _ forest: CompiledForest,
        _ preprocessor: Preprocessor,
        _ matrix: FloatMatrix,
        _ rows: [Int],
        _ feature: Int
    ) throws(ServiceError) -> [Double] {
        let scorer: Scorer
        do throws(Scorer.Mismatch) {
            scorer = try Scorer(preprocessor: preprocessor, forest: forest, isBound: true)
        } catch {
            throw .fault(reference: "the model does not go with its preparation: \(error)")
        }
        let all = ScoringRows(rowCount: matrix.rows, form: .prepared(matrix.values))
        var values: [Double] = []
        for start in stride(from: 0, to: rows.count, by: blockRows) {
            let block = Array(rows[start..<min(rows.count, start + blockRows)])
            do throws(ContributionError) {
                let sums = try scorer.contributions(
                    of: all.picking(block),
                    rows: 0..<block.count,
                    by: .features
                )
                for row in block.indices {
                    let slice = sums.sums(ofRow: row)
                    values.append(Double(slice[slice.startIndex + feature]) * sums.unit)
                }
            } catch {
                throw .conflict(FieldProblem(.elderlyCheck, "\(error)", kind: .unmet))
            }
        }
        return values
    }

    private static func unknown(_ column: String, _ known: [String]) -> ServiceError {
        let names = NearestNames.find(column, among: known)
        return .invalid(
            .elderlyCheck,
            "the data has no column '\(column.excerpt)'"
                + (names.isEmpty ? "" : "; it has \(names.joined(separator: ", "))")
        )
    }
}
