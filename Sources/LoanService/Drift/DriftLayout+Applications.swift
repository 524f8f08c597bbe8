// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

// Batches that have an array for each column are counted where they are: their columns are walked
// together with those of the layout, which are in the same order.

extension DriftLayout {
    /// The next columns to count.
    private struct Place {
        var (number, code) = (0, 0)
        var (numbers, codes, categoryNumbers) = (0, 0, 0)
    }

    /// The cells of the first row of a batch.
    /// - Parameter score: its prediction; nil where it is not counted.
    func cells(ofRow applications: CodedApplications, score: Float?) -> DriftRow {
        var cells = DriftRow()
        var place = Place()
        for column in applications.columns {
            switch column {
            case .numbers(let values):
                if let known = number(&place) {
                    cells.append(known.cell(of: values[0]))
                } else if let known = categoryNumber(&place) {
                    cells.append(cell(of: values[0], known))
                }
                place.number += 1
            case .codes(let values):
                if let known = code(&place) {
                    cells.append(Int(cellsOfCodes[known.start + Int(values[0])]))
                }
                place.code += 1
            }
        }
        if let score, let scoreNumbers { cells.append(scoreNumbers.cell(of: score)) }
        return cells
    }

    /// Counts all rows of a batch.
    func count(_ applications: CodedApplications, into cells: inout DriftCells) {
        var place = Place()
        for column in applications.columns {
            switch column {
            case .numbers(let values):
                if let known = number(&place) {
                    count(values.span, known, into: &cells)
                } else if let known = categoryNumber(&place) {
                    count(categories: values.span, known, into: &cells)
                }
                place.number += 1
            case .codes(let values):
                if let known = code(&place) { count(values.span, known, into: &cells) }
                place.code += 1
            }
        }
    }

    private func number(_ place: inout Place) -> NumberColumn? {
        guard place.numbers < numbers.count, numbers[place.numbers].place == place.number else {
            return nil
        }
        place.numbers += 1
        return numbers[place.numbers - 1]
    }

    private func categoryNumber(_ place: inout Place) -> CategoryColumn? {
        let index = place.categoryNumbers
        guard index < categoryNumbers.count, categoryNumbers[index].place == place.number else {
            return nil
        }
        place.categoryNumbers += 1
        return categoryNumbers[index]
    }

    private func code(_ place: inout Place) -> CategoryColumn? {
        guard place.codes < codes.count, codes[place.codes].place == place.code else {
            return nil
        }
        place.codes += 1
        return codes[place.codes - 1]
    }
}
