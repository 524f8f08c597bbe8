// SPDX-License-Identifier: Apache-2.0

extension DataStep {
    private struct Columns: Sendable {
        var sinks: [DataPartSinks<Sink>]
        var features: [LearnedFeature] = []
    }

    /// Floats of a column of 0 and 1 that are made at once.
    private static var chunkLength: Int { 1 << 14 }

    /// Writes `.npy` files, one raw column after the other.
    ///
    /// A header names the number of columns, so the categories are counted before the first byte.
    func writeColumns(
        _ sinks: inout [DataPartSinks<Sink>],
        _ progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        let order = source.schema.preparedOrder
        let columns = order.reduce(0) { $0 + columnCount($1) }
        for place in sinks.indices {
            try begin(&sinks[place], parts[place].rows, columns: columns)
        }
        let end = try inOrder(order.count, Columns(sinks: sinks)) {
            index throws(DataStepError<Sink.Failure>) in
            try prepareFeature(order[index])
        } use: { state, index, feature throws(DataStepError<Sink.Failure>) in
            for place in state.sinks.indices {
                try append(feature.cells[place], &state.sinks[place].features)
            }
            state.features.append(feature.learned)
            progress(Double(index + 1) / Double(order.count))
        }
        sinks = end.sinks
        return try preprocessor(end.features)
    }

    private func columnCount(_ index: Int) -> Int {
        switch source.schema.features[index].preparation {
        case .category(.oneHot):
            let vocabulary = source.categories(index)?.vocabulary ?? []
            let codes = train.codes(index) ?? []
            let rareBelow = source.schema.features[index].rareBelow
            return CategoryList.seen(codes, vocabulary, rareBelow: rareBelow).names.count
        case .date(let parts): return parts.count
        case .number, .boolean, .category(.ordinal), .category(.native): return 1
        }
    }

    private func begin(
        _ sinks: inout DataPartSinks<Sink>,
        _ rows: ExpandedTable,
        columns: Int
    ) throws(DataStepError<Sink.Failure>) {
        try begin(&sinks.features, rows: rows.rowCount, columns: columns)
        try begin(&sinks.labels, rows: rows.rowCount, columns: nil)
        try append(rows.labels() ?? [], &sinks.labels)
        guard let weights = rows.weights() else { return }
        try begin(&sinks.weights, rows: rows.rowCount, columns: nil)
        try append(weights, &sinks.weights)
    }

    private func begin(
        _ sink: inout Sink,
        rows: Int,
        columns: Int?
    ) throws(DataStepError<Sink.Failure>) {
        let header = NPYHeader.bytes(rows: rows, columns: columns ?? 1, isVector: columns == nil)
        let bytes = header.count + rows * (columns ?? 1) * MemoryLayout<Float>.size
        let shape = MatrixShape(rows: rows, columns: columns ?? 1, byteCount: bytes)
        try sending { () throws(Sink.Failure) in
            try sink.begin(shape)
            try sink.append(header)
        }
    }

    private func append(
        _ cells: PreparedCells,
        _ sink: inout Sink
    ) throws(DataStepError<Sink.Failure>) {
        switch cells {
        case .numbers(let columns): for values in columns { try append(values, &sink) }
        case .places(let count, let places):
            for column in 0..<count {
                for start in stride(from: 0, to: places.count, by: Self.chunkLength) {
                    let chunk = places[start..<min(start + Self.chunkLength, places.count)]
                    try append(PreparedCells.column(column, of: chunk), &sink)
                }
            }
        }
    }

    private func append(
        _ values: [Float],
        _ sink: inout Sink
    ) throws(DataStepError<Sink.Failure>) {
        try sending { () throws(Sink.Failure) in try sink.append(values) }
    }
}
