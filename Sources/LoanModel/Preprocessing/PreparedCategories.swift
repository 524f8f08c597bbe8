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

    /// The cells that codes become.
    func cells(of codes: [UInt16]) -> PreparedCells {
        switch self {
        case .places(let count, let map): .places(count: count, Self.entries(of: codes, in: map))
        case .values(let map): .numbers([Self.entries(of: codes, in: map)])
        }
    }

    /// The entry of each code; one that stands for no category has the last.
    private static func entries<Entry>(of codes: [UInt16], in map: [Entry]) -> [Entry] {
        let (codes, map) = (codes.span, map.span)
        return [Entry](capacity: codes.count) { entries in
            for row in codes.indices { entries.append(map[min(Int(codes[row]), map.count - 1)]) }
        }
    }
}
