// SPDX-License-Identifier: Apache-2.0

// The `.npy` format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html

/// The header of an `.npy` file: what its cells are and how they lie.
package struct NPYHeader: Sendable, Equatable {
    /// Longest header that is read, in bytes.
    package static let headerBytesMax = 4_096
    /// Most cells of a matrix: 64 GiB as float32.
    package static let cellCountMax = 1 << 34
    /// What every file begins with.
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    /// The type of the cells.
    package let element: NPYElement
    /// Number of rows.
    package let rows: Int
    /// Number of columns; 1 for a vector.
    package let columns: Int
    /// Whether the file says it is a vector: of shape (rows,) and not (rows, 1).
    package let isVector: Bool
    /// Whether the cells of a row follow each other, and not those of a column.
    package let isRowMajor: Bool
    /// Bytes before the first cell.
    package let dataOffset: Int

    /// Length of the whole file in bytes.
    package var fileBytes: Int { dataOffset + rows * columns * element.byteCount }

    /// The header's bytes, in version 1.0, padded so that the cells are aligned to 64 bytes.
    /// - Parameters:
    ///   - isRowMajor: whether the cells of a row follow each other, and not those of a column.
    ///   - element: the type of the cells.
    package static func bytes(
        rows: Int,
        columns: Int,
        isVector: Bool,
        isRowMajor: Bool = false,
        element: NPYElement = .float32
    ) -> [UInt8] {
        let shape = isVector ? "(\(rows),)" : "(\(rows), \(columns))"
        let order = isVector || isRowMajor ? "False" : "True"
        let type = element.dtype
        let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
        let unpadded = magic.count + 4 + text.utf8.count + 1
        let padding = (64 - unpadded % 64) % 64
        let length = text.utf8.count + padding + 1
        return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
            + [UInt8](repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    }

    /// Reads the header of a file.
    /// - Parameters:
    ///   - bytes: the beginning of the file.
    ///   - cellCountMax: the most cells that the caller has room for.
    /// - Returns: nil if the header goes on after `bytes`.
    /// - Throws: `NPYError` if the file is not one that we can use.
    package init?(
        _ bytes: borrowing Span<UInt8>,
        cellCountMax: Int = NPYHeader.cellCountMax
    ) throws(NPYError) {
        for index in 0..<min(bytes.count, Self.magic.count) where bytes[index] != Self.magic[index]
        {
            throw .notNPY
        }
        guard bytes.count >= 12 else { return nil }
        let (major, minor) = (bytes[6], bytes[7])
        guard (1...3).contains(major), minor == 0 else {
            throw .version(major: major, minor: minor)
        }
        let prefix = major == 1 ? 10 : 12
        var length = 0
        for index in (8..<prefix).reversed() { length = length << 8 | Int(bytes[index]) }
        guard length <= Self.headerBytesMax else {
            throw .headerTooLong(bytes: length, limit: Self.headerBytesMax)
        }
        guard bytes.count >= prefix + length else { return nil }
        let text = (prefix..<(prefix + length)).map { bytes[$0] }
        guard let literal = NPYDictionary(text) else { throw .header }
        try self.init(literal, dataOffset: prefix + length, cellCountMax: cellCountMax)
    }

    private init(
        _ literal: NPYDictionary,
        dataOffset: Int,
        cellCountMax: Int
    ) throws(NPYError) {
        guard let element = NPYElement(dtype: literal.elementType) else {
            throw .elementType(literal.elementType)
        }
        self.element = element
        let shape = literal.shape
        guard shape.count == 1 || shape.count == 2 else { throw .shape(shape) }
        rows = shape[0]
        columns = shape.count == 2 ? shape[1] : 1
        isVector = shape.count == 1
        isRowMajor = !literal.isFortranOrder && rows > 1 && columns > 1
        let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, cells <= cellCountMax else { throw .tooManyCells(limit: cellCountMax) }
        self.dataOffset = dataOffset
    }

    /// Checks the length of the file against the header.
    /// - Throws: `NPYError.length`.
    package func validate(fileBytes found: Int) throws(NPYError) {
        guard found == fileBytes else { throw .length(expected: fileBytes, found: found) }
    }
}
