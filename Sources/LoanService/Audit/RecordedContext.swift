// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// A context of a segment, which many frames refer to.
package final class RecordedContext: Sendable {
    /// What it says.
    package let content: DecisionContext
    /// The column of each feature within its matrix.
    package let columns: [Int]
    /// Features that travel as numbers.
    package let numberCount: Int
    /// Features that travel as codes.
    package let codeCount: Int

    /// A context as it is in a frame.
    package init(_ content: DecisionContext) {
        self.content = content
        var (numbers, codes) = (0, 0)
        columns = content.features.map { feature in
            if feature.isCode && !content.isPrepared {
                codes += 1
                return codes - 1
            }
            numbers += 1
            return numbers - 1
        }
        (numberCount, codeCount) = (numbers, codes)
    }

    /// Whether a frame has the columns that the context says, and a value for each of its rows in
    /// each column that it has.
    /// - Returns: what is wrong: the end of a sentence; nil where nothing is.
    package func fault(of frame: DecisionFrame) -> String? {
        // Asked of every frame: the sentence is only looked for where there is one.
        hasColumns(of: frame) ? nil : firstFault(of: frame)
    }

    private func hasColumns(of frame: DecisionFrame) -> Bool {
        let rowCount = frame.head.rowCount
        func isColumn(_ count: Int) -> Bool { count == 0 || count == rowCount }
        let hasInputs =
            content.isPrepared
            ? frame.prepared.count == rowCount * numberCount
            : frame.numbers.count == rowCount * numberCount
                && frame.codes.count == rowCount * codeCount
        return hasInputs && frame.margins.count == rowCount * content.marginCount
            && frame.values.count == rowCount * content.valueCount
            && isColumn(frame.calibrated.count) && isColumn(frame.points.count)
            && isColumn(frame.bands.count) && isColumn(frame.outcomes.count)
            && isColumn(frame.rules.count)
    }

    private func firstFault(of frame: DecisionFrame) -> String? {
        let rowCount = frame.head.rowCount
        let inputs: [(String, count: Int, perRow: Int)] =
            content.isPrepared
            ? [("prepared values", frame.prepared.count, numberCount)]
            : [
                ("numbers", frame.numbers.count, numberCount),
                ("codes", frame.codes.count, codeCount),
            ]
        let answers: [(String, count: Int, perRow: Int)] = [
            ("margins", frame.margins.count, content.marginCount),
            ("predictions", frame.values.count, content.valueCount),
        ]
        for (name, count, perRow) in inputs + answers where count != rowCount * perRow {
            return "it has \(count) \(name), and \(rowCount) rows of \(perRow)"
        }
        let others: [(String, count: Int)] = [
            ("calibrated probabilities", frame.calibrated.count),
            ("points", frame.points.count), ("bands", frame.bands.count),
            ("decisions", frame.outcomes.count), ("rules", frame.rules.count),
        ]
        for (name, count) in others where count != 0 && count != rowCount {
            return "it has \(count) \(name), and \(rowCount) rows"
        }
        return nil
    }
}
