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
        let pieces = columns.indices.map { piece(of: block, $0) }
        return Piece(rowCount: block.rowCount, columns: pieces)
    }

    private func piece(of block: CSVBlock, _ column: Int) -> ColumnPiece {
        let known = columns[column]
        var piece = ColumnPiece(known, rowCount: block.rowCount)
        let mark = dialect.decimalMark
        block.forEachCell(of: column) { text, range in
            if let number = PlainNumber.read(text, range, mark: mark) {
                piece.add(number)
            } else if mark == UInt8(ascii: ",") {
                let content = range.map { text[$0] }
                let number = dialect.withPoint(content)
                let cell = CSVDialect.isNumber(number) ? number : content
                piece.add(cell.span, 0..<cell.count, known)
            } else {
                piece.add(text, range, known)
            }
        }
        return piece
    }
}
