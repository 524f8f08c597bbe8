// SPDX-License-Identifier: Apache-2.0

extension DataStep {
    private struct Columns: Sendable {
        var sinks: DataStepSinks<Sink>
        var features: [FittedFeature] = []
    }

    /// Floats that are made at once from categories.
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
            try write(feature.cells, &state.sinks)
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

    private func write(
        _ cells: PreparedFeature.Cells,
        _ sinks: inout DataStepSinks<Sink>
    ) throws(DataStepError<Sink.Failure>) {
        switch cells {
        case .numbers(let train, let test):
            for values in train { try append(values, &sinks.trainFeatures) }
            for values in test { try append(values, &sinks.testFeatures) }
        case .categories(let prepared, let train, let test):
            for column in 0..<prepared.columnCount {
                try append(train, prepared, column, &sinks.trainFeatures)
                try append(test, prepared, column, &sinks.testFeatures)
            }
        }
    }

    private func append(
        _ codes: [UInt16],
        _ prepared: PreparedCategories,
        _ column: Int,
        _ sink: inout Sink
    ) throws(DataStepError<Sink.Failure>) {
        for start in stride(from: 0, to: codes.count, by: Self.chunkLength) {
            let chunk = codes[start..<min(start + Self.chunkLength, codes.count)]
            try append(prepared.values(of: chunk, column: column), &sink)
        }
    }

    private func append(
        _ values: [Float],
        _ sink: inout Sink
    ) throws(DataStepError<Sink.Failure>) {
        try sending { () throws(Sink.Failure) in try sink.append(values) }
    }
}
