// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
package import LoanModel

extension ServedModel {
    /// Margins of a row: one, or one for each class or target.
    package var outputCount: Int { scorer.outputCount }

    /// Features that contributions are counted by.
    package func featureCount(by scope: RowContributions.Scope) -> Int {
        scope == .features ? features.count : preparedFeatureCount
    }

    /// What each feature adds to the margins of some rows of a batch.
    /// - Parameters:
    ///   - rows: the rows to explain; callers who may be stopped ask part by part.
    ///   - reference: one row, raw or of the batch's form, whose margin contributions start
    ///     from; nil starts from the mean over the training.
    /// - Throws: `.invalid` for a model that cannot be explained.
    package func contributions(
        of batch: ScoringRows,
        rows: Range<Int>,
        by scope: RowContributions.Scope,
        from reference: ScoringRows? = nil
    ) throws(ServiceError) -> RowContributions {
        do throws(ContributionError) {
            if let reference {
                return try scorer.differences(of: batch, rows: rows, from: reference, by: scope)
            }
            return try scorer.contributions(of: batch, rows: rows, by: scope)
        } catch {
            throw .invalid(.modelName, "no reasons: \(error.description)", kind: .unmet)
        }
    }

    /// Checks how much a call asks for.
    /// - Parameter location: what the caller calls the rows.
    package func checkContributions(
        rowCount: Int,
        by scope: RowContributions.Scope,
        at location: [LocationStep]
    ) throws(ServiceError) {
        guard rowCount <= ReasonLimits.rowsMax else {
            throw .invalid([
                FieldProblem(
                    location: location,
                    message: "reasons and contributions are given for at most "
                        + "\(ReasonLimits.rowsMax) rows a call, not for \(rowCount)",
                    kind: .tooManyItems
                )
            ])
        }
        let cells = rowCount * outputCount * featureCount(by: scope)
        guard cells <= ReasonLimits.cellsMax else {
            throw .invalid([
                FieldProblem(
                    location: location,
                    message: "the rows have \(cells) contributions in all; a call has at most "
                        + "\(ReasonLimits.cellsMax): send fewer rows",
                    kind: .tooManyItems
                )
            ])
        }
    }
}
