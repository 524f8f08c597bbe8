// SPDX-License-Identifier: Apache-2.0

/// Reads an `.npy` file from chunks of any size, as float32.
package struct NPYReader: Sendable {
    /// Cells that are made room for before any of them has arrived.
    private static let reserveMax = 1 << 20

    private var opening: [UInt8] = []
    private var header: NPYHeader?
    private var values: [Float] = []
    /// The bytes of a cell that is cut by the end of a chunk, as far as they came.
    private var partial: UInt64 = 0
    private var partialBytes = 0
    private var byteCount = 0
    private let cellCountMax: Int

    /// Begins a file.
    /// - Parameter cellCountMax: the most cells that there is room for.
    package init(cellCountMax: Int = NPYHeader.cellCountMax) {
        self.cellCountMax = cellCountMax
    }

    /// Reads the next bytes of the file.
    /// - Throws: `NPYError` as soon as it is sure that the file cannot be used.
    package mutating func append(_ chunk: borrowing Span<UInt8>) throws(NPYError) {
        byteCount += chunk.count
        var start = 0
        if header == nil {
            let before = opening.count
            let wanted = NPYHeader.headerBytesMax + 12 - before
            for index in 0..<min(chunk.count, wanted) { opening.append(chunk[index]) }
            guard let header = try NPYHeader(opening.span, cellCountMax: cellCountMax) else {
                return
            }
            self.header = header
            values.reserveCapacity(min(header.rows * header.columns, Self.reserveMax))
            start = header.dataOffset - before
        }
        if let header, byteCount > header.fileBytes {
            throw .length(expected: header.fileBytes, found: byteCount)
        }
        guard let element = header?.element else { return }
        readCells(chunk, from: start, of: element)
    }

    /// Ends the file. Cells that lie row by row are brought into columns.
    /// - Throws: `NPYError.length` if it is too short.
    package consuming func finish() throws(NPYError) -> FloatMatrix {
        guard let header else { throw .notNPY }
        try header.validate(fileBytes: byteCount)
        let (rows, columns) = (header.rows, header.columns)
        guard header.isRowMajor else {
            return FloatMatrix(rows: rows, columns: columns, values: values)
        }
        return FloatMatrix(rows: rows, columns: columns, values: values.transposed(rows, columns))
    }

    private mutating func readCells(
        _ chunk: borrowing Span<UInt8>,
        from start: Int,
        of element: NPYElement
    ) {
        var index = start
        while partialBytes != 0, index < chunk.count {
            readByte(chunk[index], of: element)
            index += 1
        }
        while element == .float32, chunk.count - index >= 4 {
            let low = UInt32(chunk[index]) | UInt32(chunk[index + 1]) << 8
            let high = UInt32(chunk[index + 2]) << 16 | UInt32(chunk[index + 3]) << 24
            values.append(Float(bitPattern: low | high))
            index += 4
        }
        while index < chunk.count {
            readByte(chunk[index], of: element)
            index += 1
        }
    }

    private mutating func readByte(_ byte: UInt8, of element: NPYElement) {
        if element.isBigEndian {
            partial = partial << 8 | UInt64(byte)
        } else {
            partial |= UInt64(byte) << UInt64(8 * partialBytes)
        }
        partialBytes += 1
        if partialBytes == element.byteCount {
            values.append(element.value(partial))
            partial = 0
            partialBytes = 0
        }
    }
}

extension [Float] {
    /// A matrix of `rows` rows that lies row by row, column by column.
    fileprivate func transposed(_ rows: Int, _ columns: Int) -> [Float] {
        var result: [Float] = []
        result.reserveCapacity(count)
        for column in 0..<columns {
            for row in 0..<rows { result.append(self[row * columns + column]) }
        }
        return result
    }
}
