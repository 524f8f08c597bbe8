// SPDX-License-Identifier: Apache-2.0

/// Numbers of single precision as bytes, little-endian, as files and messages have them.
package enum LittleEndianFloats {
    /// Rows that are read together: of each column, their numbers fill a line of the processor's
    /// cache.
    private static let blockRows = 16

    /// Appends the bytes of numbers.
    package static func append(_ values: [Float], to bytes: inout [UInt8]) {
        #if _endian(little)
            unsafe values.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        #else
            for value in values {
                let bits = value.bitPattern.littleEndian
                unsafe withUnsafeBytes(of: bits) { unsafe bytes.append(contentsOf: $0) }
            }
        #endif
    }

    /// Reads a matrix that lies row after row, column after column.
    ///
    /// A block of rows is read as a whole, which stays in the nearest cache: whole columns, one
    /// after the other, would fetch all bytes once for each of them.
    /// - Parameters:
    ///   - bytes: four for each of `rowCount` times `columnCount` numbers.
    ///   - columns: receives them; as many numbers.
    package static func readColumns(
        of bytes: Span<UInt8>,
        rowCount: Int,
        columnCount: Int,
        into columns: inout MutableSpan<Float>
    ) {
        let count = rowCount * columnCount
        precondition(bytes.count == 4 * count && columns.count == count, "the sizes are checked")
        unsafe bytes.withUnsafeBytes { source in
            unsafe columns.withUnsafeMutableBufferPointer { target in
                // Every index is below `count`: a row below `rowCount`, a column below
                // `columnCount`.
                for block in stride(from: 0, to: rowCount, by: blockRows) {
                    let end = min(block + blockRows, rowCount)
                    for column in 0..<columnCount {
                        for row in block..<end {
                            let place = 4 &* (row &* columnCount &+ column)
                            let bits = unsafe source.loadUnaligned(
                                fromByteOffset: place,
                                as: UInt32.self
                            )
                            unsafe target[column &* rowCount &+ row] = Float(
                                bitPattern: UInt32(littleEndian: bits)
                            )
                        }
                    }
                }
            }
        }
    }
}
