// SPDX-License-Identifier: Apache-2.0

extension DataStep {
    /// Rows that are formatted at once.
    private static var rowsPerPiece: Int { 4_096 }

    /// Rows of one part as text.
    private struct Piece {
        let isTrain: Bool
        let features: [UInt8]
        let labels: [UInt8]
        let weights: [UInt8]
    }

    /// Writes CSV files: a first pass fits, a second one prepares and formats rows.
    func writeRows(
        _ sinks: inout DataStepSinks<Sink>,
        _ progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        let order = source.schema.preparedOrder
        let features = try inOrder(order.count, [FittedFeature]()) {
            index throws(DataStepError<Sink.Failure>) in
            try prepareFeature(order[index]).fitted
        } use: { features, _, feature throws(DataStepError<Sink.Failure>) in
            features.append(feature)
        }
        let preprocessor = try preprocessor(features)
        try begin(&sinks, preprocessor)
        let parts = pieces(train, isTrain: true) + pieces(test, isTrain: false)
        sinks = try inOrder(parts.count, sinks) { index throws(DataStepError<Sink.Failure>) in
            piece(parts[index].rows, isTrain: parts[index].isTrain, preprocessor)
        } use: { sinks, index, piece throws(DataStepError<Sink.Failure>) in
            try append(piece, &sinks)
            progress(Double(index + 1) / Double(parts.count))
        }
        try sending { () throws(Sink.Failure) in try sinks.end(hasWeights: hasWeights) }
        return preprocessor
    }

    private func pieces(
        _ part: ExpandedTable,
        isTrain: Bool
    ) -> [(isTrain: Bool, rows: Range<Int>)] {
        stride(from: 0, to: part.rowCount, by: Self.rowsPerPiece).map { start in
            (isTrain, start..<min(start + Self.rowsPerPiece, part.rowCount))
        }
    }

    private func begin(
        _ sinks: inout DataStepSinks<Sink>,
        _ preprocessor: Preprocessor
    ) throws(DataStepError<Sink.Failure>) {
        let names = preprocessor.columnNames
        let label = [source.schema.label]
        try begin(&sinks.trainFeatures, rows: trainRowCount, names)
        try begin(&sinks.testFeatures, rows: testRowCount, names)
        try begin(&sinks.trainLabels, rows: trainRowCount, label)
        try begin(&sinks.testLabels, rows: testRowCount, label)
        guard hasWeights else { return }
        let weight = [source.schema.roles.weight ?? ""]
        try begin(&sinks.weights.train, rows: trainRowCount, weight)
        try begin(&sinks.weights.test, rows: testRowCount, weight)
    }

    private func begin(
        _ sink: inout Sink,
        rows: Int,
        _ names: [String]
    ) throws(DataStepError<Sink.Failure>) {
        var header = CSVWriter()
        for name in names { header.append(name) }
        header.endRow()
        let bytes = header.bytes
        try sending { () throws(Sink.Failure) in
            try sink.begin(MatrixShape(rows: rows, columns: names.count, byteCount: nil))
            try sink.append(bytes)
        }
    }

    private func piece(
        _ rows: Range<Int>,
        isTrain: Bool,
        _ preprocessor: Preprocessor
    ) -> Piece {
        let part = isTrain ? train : test
        let columns = preprocessor.steps.flatMap { self.columns(of: $0, part, rows) }
        var features = CSVWriter()
        var labels = CSVWriter()
        for (offset, label) in (part.labels(in: rows) ?? []).enumerated() {
            for cells in columns { cells.append(offset, to: &features) }
            features.endRow()
            labels.appendLabel(label, source.schema.labelValues)
            labels.endRow()
        }
        var weights = CSVWriter()
        for weight in part.weights(in: rows) ?? [] {
            weights.append(weight)
            weights.endRow()
        }
        return Piece(
            isTrain: isTrain,
            features: features.bytes,
            labels: labels.bytes,
            weights: weights.bytes
        )
    }

    private func append(
        _ piece: Piece,
        _ sinks: inout DataStepSinks<Sink>
    ) throws(DataStepError<Sink.Failure>) {
        try sending { () throws(Sink.Failure) in
            if piece.isTrain {
                try sinks.trainFeatures.append(piece.features)
                try sinks.trainLabels.append(piece.labels)
                if hasWeights { try sinks.weights.train.append(piece.weights) }
            } else {
                try sinks.testFeatures.append(piece.features)
                try sinks.testLabels.append(piece.labels)
                if hasWeights { try sinks.weights.test.append(piece.weights) }
            }
        }
    }

    private func columns(
        of step: Preprocessor.Step,
        _ part: ExpandedTable,
        _ rows: Range<Int>
    ) -> [RowCells] {
        guard let codes = part.codes(step.feature, in: rows) else {
            let values = part.numbers(step.feature, in: rows) ?? []
            return step.fitted.columns(of: values).map { .numbers($0) }
        }
        let vocabulary = source.categories(step.feature)?.vocabulary ?? []
        switch PreparedCategories(step.fitted, vocabulary).cells(of: codes) {
        case .places(let count, let places): return [.places(count: count, places)]
        case .numbers(let columns): return columns.map { .numbers($0) }
        }
    }
}

/// The prepared cells of one raw column, or of one part of it, in a few rows.
private enum RowCells {
    case numbers([Float])
    case places(count: Int, [UInt16])

    /// Writes the cells of one row.
    func append(_ offset: Int, to writer: inout CSVWriter) {
        switch self {
        case .numbers(let values): writer.append(values[offset])
        case .places(let count, let places):
            let place = places[offset]
            for category in 0..<UInt16(count) { writer.append(place == category ? 1 : 0) }
        }
    }
}
