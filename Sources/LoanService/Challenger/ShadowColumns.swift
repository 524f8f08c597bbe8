// SPDX-License-Identifier: Apache-2.0

/// Columns of a fixed length for rows that wait to be scored in shadow, filled from the top: rows
/// of many calls become one batch.
struct ShadowColumns: Sendable {
    /// The call that some of the rows belong to, for the record.
    struct Call: Sendable {
        let id: CallID
        /// When it was answered, in milliseconds since 1970.
        let milliseconds: Int64
        /// The first of its rows here among all rows of the call.
        let firstRow: Int
        let rowCount: Int

        /// Some of its rows.
        func part(from row: Int, rowCount: Int) -> Call {
            Call(id: id, milliseconds: milliseconds, firstRow: firstRow + row, rowCount: rowCount)
        }
    }

    /// How many columns there are, and of which length.
    struct Shape: Equatable, Sendable {
        let numberCount: Int
        let codeCount: Int
        /// Rows of a column.
        let capacity: Int

        init(_ champion: ServedModel) {
            codeCount = champion.categoryCounts.count
            numberCount = champion.features.count - codeCount
            let rowBytes = 4 * (numberCount + 2) + codeCount
            capacity = min(
                ChallengerLimits.chunkRowsMax,
                max(1, ChallengerLimits.chunkBytesMax / rowBytes)
            )
        }

        /// Bytes of a row with its answer.
        var rowBytes: Int { 4 * (numberCount + 2) + codeCount }
    }

    let shape: Shape
    private(set) var rowCount = 0
    /// Shape (numbers, capacity) and (categories, capacity), column after column.
    private(set) var numbers: [Float]
    private(set) var codes: [UInt8]
    /// Of each row, as they were answered.
    private(set) var margins: [Float]
    private(set) var probabilities: [Float]
    private(set) var calls: [Call] = []

    init(_ shape: Shape) {
        self.shape = shape
        numbers = Array(repeating: 0, count: shape.numberCount * shape.capacity)
        codes = Array(repeating: 0, count: shape.codeCount * shape.capacity)
        margins = Array(repeating: 0, count: shape.capacity)
        probabilities = Array(repeating: 0, count: shape.capacity)
    }

    /// Bytes that it takes, full or not.
    var byteCount: Int { shape.capacity * shape.rowBytes }
    /// Rows that have room.
    var freeRows: Int { shape.capacity - rowCount }

    /// Adds some rows of a matrix whose columns have `total` rows.
    /// - Parameters:
    ///   - rows: at most `freeRows`.
    ///   - sums: the margins of these rows, from place `first` on; likewise `answers`.
    mutating func append(
        _ rows: Range<Int>,
        of total: Int,
        numbers source: Span<Float>,
        codes sourceCodes: Span<UInt8>,
        margins sums: Span<Float>,
        probabilities answers: Span<Float>,
        from first: Int,
        call: Call
    ) {
        var (place, from) = (rowCount, rows.lowerBound)
        for _ in 0..<shape.numberCount {
            for offset in 0..<rows.count { numbers[place + offset] = source[from + offset] }
            (place, from) = (place + shape.capacity, from + total)
        }
        (place, from) = (rowCount, rows.lowerBound)
        for _ in 0..<shape.codeCount {
            for offset in 0..<rows.count { codes[place + offset] = sourceCodes[from + offset] }
            (place, from) = (place + shape.capacity, from + total)
        }
        for offset in 0..<rows.count {
            margins[rowCount + offset] = sums[first + offset]
            probabilities[rowCount + offset] = answers[first + offset]
        }
        rowCount += rows.count
        calls.append(call)
    }

    /// Empties it; its memory is used again.
    mutating func clear() {
        rowCount = 0
        calls.removeAll(keepingCapacity: true)
    }
}
