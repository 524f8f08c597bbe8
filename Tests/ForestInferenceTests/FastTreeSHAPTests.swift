// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// Contributions against those that FastTreeSHAP and XGBoost recorded in `Tests/Fixtures/shap`.
@Suite struct FastTreeSHAPTests {
    private struct Recorded: Decodable {
        let columns: Int
        /// Bits of float32, row after row.
        let rows: [UInt32]
        /// Shape (rows, outputs, columns + 1), the base value last.
        let fasttreeshap: [Double]
        /// The same by `pred_contribs`, in float32.
        let xgboost: [Double]
    }

    /// How far two results are apart, as a part of what a row's contributions are in all.
    private static func distance(_ own: [Double], _ other: [Double], width: Int) -> Double {
        stride(from: 0, to: own.count, by: width).reduce(0) { most, first in
            let places = first..<first + width
            let size = places.reduce(0) { $0 + abs(other[$1]) }
            return places.reduce(most) { max($0, abs(own[$1] - other[$1]) / size) }
        }
    }

    private static func own(_ forest: Forest, _ recorded: Recorded) throws -> [Double] {
        let contributions = try ForestContributions(CompiledForest(forest))
        let columns = recorded.columns
        let rows = recorded.rows.map { Float(bitPattern: $0) }
        let rowCount = rows.count / columns
        var sums = [Int64](repeating: 0, count: rowCount * forest.outputCount * columns)
        var span = sums.mutableSpan
        contributions.sums(
            rows.span,
            layout: .rowMajor(rowCount: rowCount, columnCount: columns),
            columns: .prepared(columns),
            into: &span
        )
        var values: [Double] = []
        for margin in 0..<rowCount * forest.outputCount {
            let own = sums[margin * columns..<(margin + 1) * columns]
            values += own.map { Double($0) * contributions.unit }
            values.append(Double(contributions.baseValues[margin % forest.outputCount]))
        }
        return values
    }

    @Test(arguments: ["deep", "classes"])
    func contributionsAreThoseOfDoublePrecision(name: String) throws {
        let folder = ReleaseFixture.folder.deletingLastPathComponent().appending(path: "shap")
        let recorded = try JSONDecoder().decode(
            Recorded.self,
            from: Data(contentsOf: folder.appending(path: "\(name).json"))
        )
        let model = try Data(contentsOf: folder.appending(path: "\(name).ubj"))
        let own = try Self.own(try Forest(xgboost: Array(model)), recorded)
        #expect(own.count == recorded.fasttreeshap.count)
        let width = recorded.columns + 1
        let distance = Self.distance(own, recorded.fasttreeshap, width: width)
        #expect(distance < 1e-7)
        // XGBoost works in float32 throughout, and is as far from us as it is from the exact ones.
        let error = Self.distance(recorded.xgboost, recorded.fasttreeshap, width: width)
        #expect(distance < error)
        #expect(Self.distance(own, recorded.xgboost, width: width) < error + distance)
        #expect(error < 1e-5)
    }
}
