// SPDX-License-Identifier: Apache-2.0

/// What the codes of one table's categories become.
enum PreparedCategories: Sendable {
    /// `count` columns, of which the one at a code's entry holds 1.
    case places(count: Int, map: [UInt16])
    /// One column, of the values at the codes' entries.
    case values(map: [Float])

    /// - Precondition: the step is one of a category.
    init(_ fitted: FittedFeature, _ vocabulary: [String]) {
        switch fitted {
        case .oneHot(let step):
            self = .places(count: step.categories.count, map: step.indices(of: vocabulary))
        case .codes(let step): self = .values(map: step.values(of: vocabulary))
        case .impute, .power, .unchanged, .number, .date:
            preconditionFailure("a column of numbers has no codes")
        }
    }

    /// Number of columns.
    var columnCount: Int {
        switch self {
        case .places(let count, _): count
        case .values: 1
        }
    }

    /// One column.
    func values(of codes: ArraySlice<UInt16>, column: Int) -> [Float] {
        // A code that stands for no category has the last entry.
        switch self {
        case .places(_, let map):
            codes.map { map[min(Int($0), map.count - 1)] == UInt16(column) ? 1 : 0 }
        case .values(let map): codes.map { map[min(Int($0), map.count - 1)] }
        }
    }

    /// All columns.
    func columns(of codes: [UInt16]) -> [[Float]] {
        (0..<columnCount).map { values(of: codes[...], column: $0) }
    }
}
