// SPDX-License-Identifier: Apache-2.0

// How well one column alone parts the labels, on the kept rows: the area under the ROC curve of
// its numbers by their order, or of its categories by the share of ones that each had among every
// other row. A category that was not seen there says nothing, so that an identifier does not look
// like the answer.

/// Finds the columns that give the label away.
enum LeakTest {
    /// A column alone should not tell the labels apart this well.
    static let areaMax = 0.99

    /// The area under the ROC curve of one column, in 0.5 ... 1; NaN without both labels.
    /// - Parameters:
    ///   - cells: numbers, or codes of categories; NaN is missing.
    ///   - labels: 0, 1, or NaN for none.
    static func area(_ cells: [Float], areCodes: Bool, labels: [Float]) -> Double {
        let rows = labels.indices.filter { !labels[$0].isNaN }
        let scores = areCodes ? shares(cells, labels, rows) : ranks(cells, rows)
        let tested =
            areCodes ? rows.enumerated().filter { $0.offset % 2 == 1 }.map(\.element) : rows
        let (testedLabels, testedScores) = (tested.map { labels[$0] }, tested.map { scores[$0] })
        let area = areaUnderROC(labels: testedLabels.span, probabilities: testedScores.span)
        return max(area, 1 - area)
    }

    /// The place of each cell among all: missing ones first.
    private static func ranks(_ cells: [Float], _ rows: [Int]) -> [Float] {
        let known = Set(rows.map { cells[$0] }.filter { !$0.isNaN }).sorted()
        var place: [Float: Float] = [:]
        for (index, value) in known.enumerated() { place[value] = Float(index + 1) }
        return cells.map { place[$0] ?? 0 }
    }

    private static func shares(_ cells: [Float], _ labels: [Float], _ rows: [Int]) -> [Float] {
        var counts: [Float: (ones: Float, all: Float)] = [:]
        var whole: (ones: Float, all: Float) = (0, 0)
        for (offset, row) in rows.enumerated() where offset % 2 == 0 {
            let cell = cells[row].isNaN ? -1 : cells[row]
            let count = counts[cell] ?? (0, 0)
            counts[cell] = (count.ones + labels[row], count.all + 1)
            whole = (whole.ones + labels[row], whole.all + 1)
        }
        let mean = whole.ones / max(1, whole.all)
        return cells.map { cell in
            counts[cell.isNaN ? -1 : cell].map { $0.ones / $0.all } ?? mean
        }
    }
}
