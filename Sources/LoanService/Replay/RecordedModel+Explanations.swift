// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord
internal import ForestInference
internal import LoanModel

/// A recorded decision with its reasons, worked out from the record alone.
package struct ExplainedDecision: Sendable {
    /// The row of the frame.
    package let row: Int
    /// Why it has its score.
    package let explanation: Explanation
}

extension RecordedModel {
    /// Explains decisions of a frame.
    /// - Parameter count: reasons of a row at most.
    /// - Throws: `.reasons` for a model whose scores have none.
    package func explain(
        _ decisions: RecordedDecisions,
        count: Int
    ) throws(ReplayProblem) -> [ExplainedDecision] {
        let rows = decisions.allRows
        let batch = ScoringRows(decisions).picking(rows)
        do throws(ServiceError) {
            try served.checkReasons()
            let contributions = try served.contributions(
                of: batch,
                rows: 0..<rows.count,
                by: .features
            )
            let explanations = served.explanations(
                contributions,
                of: batch,
                classes: classes(of: batch),
                ReasonRequest(count: count)
            )
            return zip(rows, explanations).map { ExplainedDecision(row: $0, explanation: $1) }
        } catch {
            throw .reasons(
                model: decisions.context.content.model,
                problem: error.sentence(naming: { _ in nil })
            )
        }
    }

    /// The predicted class of each row; nil for a model of one margin.
    private func classes(of batch: ScoringRows) -> [Int]? {
        guard served.prediction.hasClasses else { return nil }
        let perRow = served.valueCount(margins: false)
        var values = [Float](repeating: 0, count: batch.rowCount * perRow)
        var results = values.mutableSpan
        served.scorer.score(batch, output: .probability, kernel: nil, into: &results)
        return stride(from: 0, to: values.count, by: perRow).map { first in
            let row = values[first..<first + perRow]
            guard perRow > 1 else { return Int(exactly: values[first]) ?? 0 }
            // Of equal ones the first.
            var likeliest = first
            for place in row.indices where row[place] > row[likeliest] { likeliest = place }
            return likeliest - first
        }
    }
}
