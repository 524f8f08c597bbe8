// SPDX-License-Identifier: Apache-2.0

extension MatrixSink {
    /// Takes all cells of an array as they lie in memory: little-endian on every platform that
    /// this package builds for.
    mutating func append<Cell: BitwiseCopyable>(_ cells: [Cell]) throws(Failure) {
        // Safe: the span borrows `cells` for this call, floats and bytes have no padding, and the
        // sink cannot keep the span it is lent.
        unsafe try append(cells.span.bytes)
    }
}
