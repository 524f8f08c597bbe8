// SPDX-License-Identifier: Apache-2.0

/// The size of a matrix before its first byte is written.
package struct MatrixShape: Sendable, Equatable {
    /// Number of rows.
    package let rows: Int
    /// Number of columns; 1 for labels.
    package let columns: Int
    /// Exact length of the file in bytes, or nil if it is only known in the end.
    package let byteCount: Int?
}

/// Takes the bytes of one matrix file, from the first to the last.
package protocol MatrixSink: Sendable {
    /// Why bytes cannot be taken.
    associatedtype Failure: Error

    /// Announces the file.
    mutating func begin(_ shape: MatrixShape) throws(Failure)
    /// Takes the next bytes; they are borrowed for the call.
    mutating func append(_ bytes: RawSpan) throws(Failure)
    /// Ends the file: all bytes were given.
    mutating func end() throws(Failure)
}
