// SPDX-License-Identifier: Apache-2.0

extension DataStep {
    private struct Columns: Sendable {
        var sinks: DataStepSinks<Sink>
        var features: [FittedFeature] = []
    }

    /// Floats of a column of 0 and 1 that are made at once.
    private static var chunkLength: Int { 1 << 14 }

    /// Writes `.npy` files, one raw column after the other.
    ///
    /// A header names the number of columns, so the categories are counted before the first byte.
    func writeColumns(
        _ sinks: inout DataStepSinks<Sink>,
        _ progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        let order = source.schema.preparedOrder
        try begin(&sinks, columns: order.reduce(0) { $0 + columnCount($1) })
        let end = try inOrder(order.count, Columns(sinks: sinks)) {
            index throws(DataStepError<Sink.Failure>) in
            try prepareFeature(order[index])
        } use: { state, index, feature throws(DataStepError<Sink.Failure>) in
            try append(feature.train, &state.sinks.trainFeatures)
            try append(feature.test, &state.sinks.testFeatures)
            state.features.append(feature.fitted)
            progress(Double(index + 1) / Double(order.count))
        }
        sinks = end.sinks
        try sending { () throws(Sink.Failure) in try sinks.end(hasWeights: hasWeights) }
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
        _ sinks: inout DataStepSinks<Sink>,
        columns: Int
    ) throws(DataStepError<Sink.Failure>) {
        try begin(&sinks.trainFeatures, rows: trainRowCount, columns: columns)
        try begin(&sinks.testFeatures, rows: testRowCount, columns: columns)
        try begin(&sinks.trainLabels, rows: trainRowCount, columns: nil)
        try begin(&sinks.testLabels, rows: testRowCount, columns: nil)
        try append(train.labels() ?? [], &sinks.trainLabels)
        try append(test.labels() ?? [], &sinks.testLabels)
        guard let trainWeights = train.weights(), let testWeights = test.weights() else { return }
        try begin(&sinks.weights.train, rows: trainRowCount, columns: nil)
        try begin(&sinks.weights.test, rows: testRowCount, columns: nil)
        try append(trainWeights, &sinks.weights.train)
        try append(testWeights, &sinks.weights.test)
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
