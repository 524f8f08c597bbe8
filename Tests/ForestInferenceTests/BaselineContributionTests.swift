// SPDX-License-Identifier: Apache-2.0

import Testing

import ForestInference

/// What separates rows from a reference row, against its definition.
@Suite struct BaselineContributionTests {
    private static func differences(
        _ contributions: ForestContributions,
        _ rows: [Float],
        rowCount: Int,
        _ columns: ContributionColumns
    ) -> [Int64] {
        var results = [Int64](repeating: 7, count: (rowCount - 1) * columns.count)
        var span = results.mutableSpan
        contributions.differences(
            rows.span,
            layout: .rowMajor(rowCount: rowCount, columnCount: columns.targets.count),
            columns: columns,
            into: &span
        )
        return results
    }

    @Test(arguments: [0, 0.4], [1, 2, 3] as [UInt64])
    func differencesAreTheMeanOverAllSubsetsOfFeatures(share: Double, seed: UInt64) throws {
        let model = RandomModel(
            featureCount: 6,
            treeCount: 3,
            depthMax: 6,
            categoricalShare: share,
            leafShare: 0.2
        )
        let forest = try Forest(xgboost: Array(model.json(seed: seed).utf8))
        let contributions = try ForestContributions(CompiledForest(forest))
        let reference = ContributionReference(forest)
        let rows = model.rows(6, seed: seed)
        let last = Array(rows[30..<36])
        // Every column by itself, and three columns as one player.
        for players in [[0, 1, 2, 3, 4, 5], [0, 1, 1, 2, 1, 3]] {
            let count = (players.max() ?? 0) + 1
            let columns = ContributionColumns(targets: players, count: count)
            let sums = Self.differences(contributions, rows, rowCount: 6, columns)
            for row in 0..<5 {
                let values = Array(rows[row * 6..<row * 6 + 6])
                let expected = reference.byDefinition(values, from: last, players: players)
                var total = 0.0
                for player in 0..<count {
                    let value = Double(sums[row * count + player]) * contributions.unit
                    #expect(abs(value - expected[player]) < 1e-8)
                    total += value
                }
                let difference = reference.margin(of: values) - reference.margin(of: last)
                #expect(abs(total - difference) < 1e-8)
            }
        }
    }

    @Test func aRowDoesNotDifferFromItself() throws {
        let model = RandomModel(treeCount: 5)
        let forest = try Forest(xgboost: Array(model.json(seed: 3).utf8))
        let contributions = try ForestContributions(CompiledForest(forest))
        let row = model.rows(1, seed: 3)
        let sums = Self.differences(contributions, row + row, rowCount: 2, .prepared(12))
        #expect(sums.allSatisfy { $0 == 0 })
    }

    @Test func aLinearModelDiffersByValueTimesWeight() throws {
        let models = try ReleaseFixtureMatrix("3.4.1").models
        let model = try #require(models.first { $0.name == "gblinear reg:squarederror" })
        let forest = try Forest(xgboost: model.json)
        let linear = try #require(forest.linear)
        let contributions = try ForestContributions(CompiledForest(forest))
        let count = forest.featureCount
        let rows = [Float](repeating: 2, count: count) + [Float](repeating: 0.5, count: count)
        let sums = Self.differences(contributions, rows, rowCount: 2, .prepared(count))
        for (feature, sum) in sums.enumerated() {
            let expected = 1.5 * Double(linear.weight(feature: feature, output: 0))
            #expect(abs(Double(sum) * contributions.unit - expected) < 1e-6)
        }
    }
}
