// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// Which columns of a model are watched, and where their rows are counted.
package struct DriftLayout: Sendable {
    /// A number and its edges, with those that it lacks infinite.
    struct NumberColumn {
        /// Among the columns of numbers.
        let place: Int
        /// The cell of its first bin.
        let first: Int
        let edgeCount: Int
        let edges: SIMD16<Float>
        var missing: Int { first + edgeCount + 1 }

        init(place: Int, first: Int, edges: [Float]) {
            self.place = place
            self.first = first
            edgeCount = edges.count
            var padded = SIMD16<Float>(repeating: .infinity)
            for (index, edge) in edges.enumerated() { padded[index] = edge }
            self.edges = padded
        }
    }

    /// A category, and where in `cellsOfCodes` the cells of its codes begin.
    struct CategoryColumn {
        /// Among the columns of its matrix.
        let place: Int
        let start: Int
        let categoryCount: Int
        let missing: Int
        var unseen: Int { missing + 1 }
    }

    /// Those that are watched, in the schema's order.
    let columns: [DriftColumn]
    /// The predictions; nil where a row has several, and in older artifacts.
    let score: DriftColumn?
    /// Features that are not watched, since there are too many.
    package let unwatched: [String]
    /// Bins of all columns together.
    package let cellCount: Int
    let numbers: [NumberColumn]
    let scoreNumbers: NumberColumn?
    /// Categories that travel as codes, each with 256 cells.
    let codes: [CategoryColumn]
    /// Categories that travel as numbers, each with a cell for each category.
    let categoryNumbers: [CategoryColumn]
    let cellsOfCodes: [UInt16]

    /// - Parameters:
    ///   - importances: of prepared columns: the features of most gain are watched.
    ///   - score: how the predictions lay when the model was measured.
    /// - Returns: nil where nothing is known of the rows that the model was trained on.
    package init?(
        _ preprocessor: Preprocessor,
        _ importances: [FeatureImportance] = [],
        score: ColumnProfile?
    ) {
        let features = preprocessor.schema.features.indices.map {
            preprocessor.step(ofFeature: $0)
        }
        guard score != nil || features.contains(where: { $0.profile != nil }) else { return nil }
        let watched = Self.watched(features, importances, score)
        unwatched = features.indices.filter {
            !watched.contains($0) && features[$0].profile != nil
        }.map { features[$0].fitted.name }
        var columns: [DriftColumn] = []
        var counted = CountedColumns()
        var places: (number: Int, code: Int) = (0, 0)
        var cellCount = 0
        for (index, step) in features.enumerated() {
            let isCode = step.fitted.carrier == .code
            let place = isCode ? places.code : places.number
            if isCode { places.code += 1 } else { places.number += 1 }
            guard watched.contains(index), let profile = step.profile else { continue }
            let column = DriftColumn(
                step.fitted.name,
                profile,
                categories: step.fitted.categories,
                at: cellCount
            )
            cellCount = column.cells.upperBound
            columns.append(column)
            counted.append(column, place: place, isCode: isCode)
        }
        self.columns = columns
        self.score = score.map { DriftColumn("", $0, at: cellCount) }
        scoreNumbers = self.score.flatMap { CountedColumns.number($0, place: 0) }
        self.cellCount = self.score?.cells.upperBound ?? cellCount
        (numbers, codes, categoryNumbers) = (
            counted.numbers, counted.codes, counted.categoryNumbers
        )
        cellsOfCodes = counted.cellsOfCodes
    }

    /// The features of most gain, as many as have cells.
    private static func watched(
        _ features: [Preprocessor.Step],
        _ importances: [FeatureImportance],
        _ score: ColumnProfile?
    ) -> Set<Int> {
        var gains = [Double](repeating: 0, count: features.count)
        let known = Dictionary(
            importances.map { ($0.name, $0.totalGain) },
            uniquingKeysWith: { first, _ in first }
        )
        for (index, step) in features.enumerated() {
            for name in step.fitted.columnNames { gains[index] += known[name] ?? 0 }
        }
        var watched: Set<Int> = []
        var room = DriftLimits.cellCountMax - (score.map(DriftColumn.cellCount) ?? 0)
        for index in features.indices.sorted(by: { (gains[$1], $0) < (gains[$0], $1) }) {
            guard watched.count < DriftLimits.featureCountMax else { break }
            guard let profile = features[index].profile,
                DriftColumn.cellCount(profile) <= room
            else { continue }
            watched.insert(index)
            room -= DriftColumn.cellCount(profile)
        }
        return watched
    }
}

/// The columns by the way in which they are counted.
private struct CountedColumns {
    var numbers: [DriftLayout.NumberColumn] = []
    var codes: [DriftLayout.CategoryColumn] = []
    var categoryNumbers: [DriftLayout.CategoryColumn] = []
    var cellsOfCodes: [UInt16] = []

    static func number(_ column: DriftColumn, place: Int) -> DriftLayout.NumberColumn? {
        guard case .numbers(let edges) = column.profile.bins else { return nil }
        return .init(place: place, first: column.cells.lowerBound, edges: edges)
    }

    mutating func append(_ column: DriftColumn, place: Int, isCode: Bool) {
        if let number = Self.number(column, place: place) {
            numbers.append(number)
            return
        }
        let bins = column.binsOfCodes
        let category = DriftLayout.CategoryColumn(
            place: place,
            start: cellsOfCodes.count,
            categoryCount: bins.count,
            missing: column.missing
        )
        cellsOfCodes += bins.map { UInt16(column.cells.lowerBound + $0) }
        guard isCode else {
            categoryNumbers.append(category)
            return
        }
        codes.append(category)
        // Every byte has a cell: codes that are none of the model's are unseen.
        let unseen = UInt16(category.unseen)
        let rest = 256 - bins.count
        cellsOfCodes += (0..<rest).map { $0 == rest - 1 ? UInt16(category.missing) : unseen }
    }
}
