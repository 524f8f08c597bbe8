// SPDX-License-Identifier: Apache-2.0

/// A raw feature of a model, as far as policies look at it.
package struct PolicyFeature: Sendable {
    /// Its column in requests.
    package let name: String
    /// Reads its cells.
    package let cells: CellText
    /// Whether the median of the training is known, so that a number is high or low.
    package let hasMedian: Bool

    /// Gathers the parts.
    package init(_ name: String, _ cells: CellText, hasMedian: Bool = false) {
        self.name = name
        self.cells = cells
        self.hasMedian = hasMedian
    }

    /// What its value may be, where it is a reason.
    package var occasions: [ReasonText.Occasion] {
        switch cells.kind {
        case .number where hasMedian: [.any, .high, .low, .usual, .missing]
        case .category where cells.vocabulary.count > 0: [.any, .missing, .unknown]
        case .number, .category, .boolean, .date: [.any, .missing]
        }
    }
}
