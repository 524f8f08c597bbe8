// SPDX-License-Identifier: Apache-2.0

/// Some rows of a table of numbers in a caller's memory, which lies column after column: one piece
/// for each column. A table that lies row after row has one column, whose values are whole rows.
///
/// Proof for the pointer: it is made in a call that has the memory as a span, and used within that
/// call only; the pieces are within the span, since rows and columns are checked against its
/// length when this is made.
@safe
struct RawColumn {
    private let start: UnsafeRawPointer?
    /// Bytes from one column to the next.
    private let stride: Int
    /// Bytes of the rows that are taken of each column.
    private let pieceByteCount: Int
    private let columnCount: Int

    /// No values.
    static var none: RawColumn {
        unsafe RawColumn(start: nil, stride: 0, pieceByteCount: 0, columnCount: 0)
    }

    @unsafe
    private init(start: UnsafeRawPointer?, stride: Int, pieceByteCount: Int, columnCount: Int) {
        unsafe self.start = unsafe start
        self.stride = stride
        self.pieceByteCount = pieceByteCount
        self.columnCount = columnCount
    }

    /// All of a span that holds columns of `rowCount` values.
    ///
    /// The caller uses it no longer than the span.
    @unsafe
    init<Value: BitwiseCopyable>(columns values: Span<Value>, rowCount: Int) {
        let bytes = unsafe values.withUnsafeBytes { unsafe $0 }
        let stride = rowCount * MemoryLayout<Value>.stride
        let byteCount = bytes.count
        precondition(
            rowCount > 0 ? byteCount % stride == 0 : byteCount == 0,
            "every column has every row"
        )
        unsafe self.init(
            start: bytes.baseAddress,
            stride: stride,
            pieceByteCount: bytes.isEmpty ? 0 : stride,
            columnCount: bytes.isEmpty ? 0 : bytes.count / stride
        )
    }

    /// All of a span that holds rows one after the other.
    @unsafe
    init<Value: BitwiseCopyable>(rows values: Span<Value>) {
        let bytes = unsafe values.withUnsafeBytes { unsafe $0 }
        unsafe self.init(
            start: bytes.baseAddress,
            stride: bytes.count,
            pieceByteCount: bytes.count,
            columnCount: bytes.isEmpty ? 0 : 1
        )
    }

    var byteCount: Int { pieceByteCount * columnCount }

    /// The bytes of some rows.
    /// - Parameter rowCount: the rows of all.
    func rows(_ rows: Range<Int>, of rowCount: Int) -> RawColumn {
        guard rows.count < rowCount, let start = unsafe start else { return self }
        precondition(rows.upperBound <= rowCount, "the table has the rows")
        let width = pieceByteCount / rowCount
        return unsafe RawColumn(
            start: start + rows.lowerBound * width,
            stride: stride,
            pieceByteCount: rows.count * width,
            columnCount: columnCount
        )
    }

    /// Copies the pieces, one after the other.
    @unsafe
    func copy(to target: UnsafeMutableRawPointer) {
        guard let start = unsafe start else { return }
        if columnCount == 1 || pieceByteCount == stride {
            unsafe target.copyMemory(from: start, byteCount: byteCount)
            return
        }
        for column in 0..<columnCount {
            unsafe (target + column * pieceByteCount)
                .copyMemory(from: start + column * stride, byteCount: pieceByteCount)
        }
    }
}
