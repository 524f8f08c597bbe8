// SPDX-License-Identifier: Apache-2.0

extension ScoringRows {
    /// The same rows as columns of the prepared matrix.
    package func prepared(by preprocessor: Preprocessor) -> ScoringRows {
        guard case .raw(let numbers, let codes) = form else { return self }
        var prepared = [Float](repeating: 0, count: preprocessor.columnCount * rowCount)
        func fill(_ column: Int, _ value: (_ row: Int) -> Float) {
            for row in 0..<rowCount { prepared[column * rowCount + row] = value(row) }
        }
        var next = (number: 0, code: 0)
        for feature in preprocessor.schema.features.indices {
            let step = preprocessor.step(ofFeature: feature)
            if let functions = step.fitted.functions {
                for (column, function) in zip(step.columns, functions) {
                    fill(column) { function(numbers[next.number + $0]) }
                }
                next.number += rowCount
            } else {
                // A column for each category, of which none is that of an unknown code.
                for (code, column) in step.columns.enumerated() {
                    fill(column) { Int(codes[next.code + $0]) == code ? 1 : 0 }
                }
                next.code += rowCount
            }
        }
        return ScoringRows(rowCount: rowCount, form: .prepared(prepared))
    }
}
