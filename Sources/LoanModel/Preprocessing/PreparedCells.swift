// SPDX-License-Identifier: Apache-2.0

/// The prepared cells of one raw column.
enum PreparedCells: Sendable {
    /// Columns of numbers, in order.
    case numbers([[Float]])
    /// `count` columns of 0 and 1: each row has its 1 in the column at its place, if there is one.
    case places(count: Int, [UInt16])

    /// All columns, in order.
    var columns: [[Float]] {
        switch self {
        case .numbers(let columns): columns
        case .places(let count, let places):
            (0..<count).map { Self.column($0, of: places[...]) }
        }
    }

    /// One column of 0 and 1.
    static func column(_ column: Int, of places: ArraySlice<UInt16>) -> [Float] {
        let (places, column) = (places.span, UInt16(column))
        return [Float](capacity: places.count) { cells in
            for row in places.indices { cells.append(places[row] == column ? 1 : 0) }
        }
    }
}
