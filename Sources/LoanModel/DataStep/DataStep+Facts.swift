// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

// What a data step knows of the rows in addition to their matrices.

extension DataStep {
    /// What the rows of the source to train on hold of each feature.
    package var featureFacts: [FeatureFacts] {
        zip(source.schema.features, source.columns).map { feature, column in
            FeatureFacts(feature, column, rows: train.sourceRows)
        }
    }

    /// The first and the last time of a part as text; nil where rows are not divided by time.
    package func times(of part: SplitPart) -> (first: String, last: String)? {
        times[part].map {
            (source.marks.text(of: $0.lowerBound), source.marks.text(of: $0.upperBound))
        }
    }

    /// The rows of the source that a part has, in its order: those of one round where it is
    /// expanded.
    package func sourceRows(of part: SplitPart) -> [Int] {
        rows(part)?.sourceRows.map { Int($0) } ?? []
    }

    /// Whether rows are divided by group, so that the group of each row to train on can be written.
    package var hasGroups: Bool { groups != nil }

    /// Writes the group of each row to train on, by its number, as a vector of `.npy`.
    /// - Precondition: `hasGroups`.
    package func writeTrainGroups(
        to sink: inout Sink
    ) throws(DataStepError<Sink.Failure>) {
        guard let groups else { preconditionFailure("there are groups") }
        let rowCount = train.rowCount
        let header = NPYHeader.bytes(rows: rowCount, columns: 1, isVector: true, element: .int32)
        let byteCount = header.count + rowCount * MemoryLayout<UInt32>.size
        let chunkLength = 1 << 14
        try sending { () throws(Sink.Failure) in
            try sink.begin(MatrixShape(rows: rowCount, columns: 1, byteCount: byteCount))
            try sink.append(header)
            for start in stride(from: 0, to: rowCount, by: chunkLength) {
                let rows = start..<min(start + chunkLength, rowCount)
                try sink.append(rows.map { groups[train.sourceRow(of: $0)] })
            }
            try sink.end()
        }
    }

    /// The protected columns of the rows to measure a model on, in their order, as CSV with a
    /// header; nil where the source has none.
    package var protectedCells: [UInt8]? {
        let columns = source.marks.protected
        guard !columns.isEmpty, let test = rows(.test) else { return nil }
        var writer = CSVWriter()
        for column in columns { writer.append(column.name) }
        writer.endRow()
        for row in test.sourceRows {
            for column in columns {
                let code = column.column.codes[Int(row)]
                // A line of a single empty cell would be no row.
                let isMissing = code == CategoryColumn.missing
                writer.append(isMissing ? "NA" : column.column.vocabulary[Int(code)])
            }
            writer.endRow()
        }
        return writer.bytes
    }
}
