// SPDX-License-Identifier: Apache-2.0

/// What reads a table record by record, and can take over blocks of rows that others have read.
package protocol BlockReadable: Sendable {
    /// Reads blocks by what was known when it was made.
    associatedtype Reader: BlockReader

    /// What a block is read with; nil while what blocks hold is not known.
    var blockReader: Reader? { get }

    /// Takes over a block in its turn.
    /// - Returns: false, and nothing is changed, where its records must be read one by one.
    mutating func take(_ piece: Reader.Piece) -> Bool

    /// Reads the next bytes, record by record.
    mutating func append(_ chunk: borrowing Span<UInt8>) throws(CSVError)
}

/// Reads blocks of plain rows, on any thread.
package protocol BlockReader: Sendable {
    /// What a block holds.
    associatedtype Piece: Sendable

    /// Reads rows; nil where they must be read one by one, also to find the place of an error.
    /// - Parameter bytes: whole records, and the padding of a block.
    func piece(of bytes: [UInt8]) -> Piece?
}
