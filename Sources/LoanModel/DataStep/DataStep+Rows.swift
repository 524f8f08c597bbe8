// SPDX-License-Identifier: Apache-2.0

extension DataStep {
    /// Rows that are formatted at once.
    private static var rowsPerPiece: Int { 4_096 }

    /// Rows of one part as text.
    private struct Piece {
        /// The place of the part.
        let part: Int
        let features: [UInt8]
        let labels: [UInt8]
        let weights: [UInt8]
    }

    /// Writes CSV files: a first pass fits, a second one prepares and formats rows.
    func writeRows(
        _ sinks: inout [DataPartSinks<Sink>],
        _ progress: @Sendable (Double) -> Void
    ) throws(DataStepError<Sink.Failure>) -> Preprocessor {
        let order = source.schema.preparedOrder
        let features = try inOrder(order.count, [LearnedFeature]()) {
            index throws(DataStepError<Sink.Failure>) in
            try prepareFeature(order[index]).learned
        } use: { features, _, feature throws(DataStepError<Sink.Failure>) in
            features.append(feature)
        }
        let preprocessor = try preprocessor(features)
        for place in sinks.indices {
            try begin(&sinks[place], rows: parts[place].rows.rowCount, preprocessor)
        }
        let pieces = parts.indices.flatMap(pieces)
        sinks = try inOrder(pieces.count, sinks) { index throws(DataStepError<Sink.Failure>) in
            piece(pieces[index].rows, of: pieces[index].part, preprocessor)
        } use: { sinks, index, piece throws(DataStepError<Sink.Failure>) in
            try append(piece, &sinks[piece.part])
            progress(Double(index + 1) / Double(pieces.count))
        }
        return preprocessor
    }

    private func pieces(of part: Int) -> [(part: Int, rows: Range<Int>)] {
        let rowCount = parts[part].rows.rowCount
        return stride(from: 0, to: rowCount, by: Self.rowsPerPiece).map { start in
            (part, start..<min(start + Self.rowsPerPiece, rowCount))
        }
    }

    private func begin(
        _ sinks: inout DataPartSinks<Sink>,
        rows: Int,
        _ preprocessor: Preprocessor
    ) throws(DataStepError<Sink.Failure>) {
        try begin(&sinks.features, rows: rows, preprocessor.columnNames)
        try begin(&sinks.labels, rows: rows, [source.schema.label])
        guard hasWeights else { return }
        try begin(&sinks.weights, rows: rows, [source.schema.roles.weight ?? ""])
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
        of place: Int,
        _ preprocessor: Preprocessor
    ) -> Piece {
        let part = parts[place].rows
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
            part: place,
            features: features.bytes,
            labels: labels.bytes,
            weights: weights.bytes
        )
    }

    private func append(
        _ piece: Piece,
        _ sinks: inout DataPartSinks<Sink>
    ) throws(DataStepError<Sink.Failure>) {
        try sending { () throws(Sink.Failure) in
            try sinks.features.append(piece.features)
            try sinks.labels.append(piece.labels)
            if hasWeights { try sinks.weights.append(piece.weights) }
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
