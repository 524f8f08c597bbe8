// SPDX-License-Identifier: Apache-2.0

/// Looks at blocks of rows, by the texts that were known of their columns when it was made.
package struct SurveyBlockReader: BlockReader {
    /// What the columns are in a block.
    package struct Piece: Sendable {
        let rowCount: Int
        let columns: [ColumnPiece]
    }

    let columns: [ColumnSurvey]
    let dialect: CSVDialect
    let recordBytesMax: Int

    package func piece(of bytes: [UInt8]) -> Piece? {
        guard
            let block = CSVBlock(
                bytes,
                columnCount: columns.count,
                separator: dialect.comma,
                recordBytesMax: recordBytesMax
            )
        else { return nil }
        let pieces = columns.indices.map { ColumnPiece(block, $0, columns[$0], dialect) }
        return Piece(rowCount: block.rowCount, columns: pieces)
    }
}
