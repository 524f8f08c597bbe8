// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanRPC

/// Random rows for a model of any table: the server says what its features are, and not which
/// values are usual.
struct LoadTable {
    let columns: TableColumns

    /// Days since 1970-01-01: from 2000 to 2024.
    private static let days = 10_957..<19_723

    init(_ model: ServerDescription.Model, rowCount: Int, seed: UInt64) {
        var table = TableColumns(rowCount: rowCount)
        for (index, feature) in model.features.enumerated() {
            let random = CounterRandom(seed: seed, stream: UInt64(index))
            table.columns.append(
                TableColumns.Column(feature.name, Self.values(of: feature, rowCount, random))
            )
        }
        columns = table
    }

    private static func values(
        of feature: ServerDescription.Feature,
        _ rowCount: Int,
        _ random: CounterRandom
    ) -> TableColumns.Values {
        func below(_ count: Int, _ row: Int) -> Int {
            random.integer(below: max(1, count), at: row)
        }
        let rows = 0..<rowCount
        return switch feature.kind {
        case .number: .float32(rows.map { Float(random.normal(at: $0)) })
        case .boolean: .codes8(rows.map { UInt8(below(2, $0)) })
        case .date: .float32(rows.map { Float(days.lowerBound + below(days.count, $0)) })
        case .category: .codes32(rows.map { UInt32(below(feature.categories.count, $0)) })
        }
    }
}
