// SPDX-License-Identifier: Apache-2.0

import Testing
import XGBoostBaseline

import ForestInference

/// Contributions against their definition, against double precision, and kernel against kernel.
@Suite struct ContributionTests {
    static let shapes: [RandomModel] = [
        RandomModel(treeCount: 1, depthMax: 1),
        RandomModel(treeCount: 3, depthMax: 0),
        RandomModel(featureCount: 1, treeCount: 3, depthMax: 5),
        RandomModel(featureCount: 3, treeCount: 3, depthMax: 7, cutsPerFeature: 900),
        RandomModel(treeCount: 5, depthMax: 5, baseScore: "3E-1", categoricalShare: 0.4),
        RandomModel(treeCount: 3, depthMax: 8, leafShare: 0.3),
        RandomModel(featureCount: 90, treeCount: 1, depthMax: 15, leafShare: 0.3),
        RandomModel(featureCount: 300, treeCount: 3, depthMax: 5),
    ]

    private static func forest(_ model: RandomModel, seed: UInt64) throws -> Forest {
        try Forest(xgboost: Array(model.json(seed: seed).utf8))
    }

    private static func sums(
        _ contributions: ForestContributions,
        _ rows: [Float],
        rowCount: Int
    ) -> [Int64] {
        let count = contributions.compiled.forest.featureCount
        var results = [Int64](repeating: 7, count: rowCount * count)
        var span = results.mutableSpan
        contributions.sums(
            rows.span,
            layout: .rowMajor(rowCount: rowCount, columnCount: count),
            columns: .prepared(count),
            into: &span
        )
        return results
    }

    /// How far apart the leaves are, added up over the trees: errors of float32 grow with it.
    private static func range(_ forest: Forest) -> Double {
        (0..<forest.treeCount).reduce(0) { sum, tree in
            let leaves = forest.tree(tree).filter(\.isLeaf).map { Double($0.value) }
            return sum + (leaves.max() ?? 0) - (leaves.min() ?? 0)
        }
    }

    @Test(arguments: [0, 0.4], [1, 2] as [UInt64])
    func contributionsAreTheMeanOverAllSubsetsOfFeatures(share: Double, seed: UInt64) throws {
        let model = RandomModel(
            featureCount: 6,
            treeCount: 2,
            depthMax: 4,
            categoricalShare: share,
            leafShare: 0.25
        )
        let forest = try Self.forest(model, seed: seed)
        let contributions = try ForestContributions(CompiledForest(forest))
        let reference = ContributionReference(forest)
        let rows = model.rows(4, seed: seed)
        let sums = Self.sums(contributions, rows, rowCount: 4)
        for row in 0..<4 {
            let values = Array(rows[row * 6..<row * 6 + 6])
            let expected = reference.byDefinition(values)
            let leaves = reference.byLeaves(values)
            for feature in 0..<6 {
                let value = Double(sums[row * 6 + feature]) * contributions.unit
                #expect(abs(value - expected[feature]) < 3e-7)
                #expect(abs(leaves[feature] - expected[feature]) < 1e-12)
            }
        }
    }

    @Test(arguments: shapes)
    func contributionsAgreeWithDoublePrecisionAndAddUp(model: RandomModel) throws {
        let forest = try Self.forest(model, seed: 5)
        let contributions = try ForestContributions(CompiledForest(forest))
        let reference = ContributionReference(forest)
        let count = model.featureCount
        let rows = model.rows(4, seed: 5)
        let sums = Self.sums(contributions, rows, rowCount: 4)
        let tolerance = 1e-7 * max(1, Self.range(forest))
        let base = Double(forest.baseMargins[0]) + reference.mean
        #expect(abs(Double(contributions.baseValues[0]) - base) <= 1e-6 * max(1, abs(base)))
        for row in 0..<4 {
            let values = Array(rows[row * count..<(row + 1) * count])
            let expected = reference.byLeaves(values)
            var total = reference.mean
            for feature in 0..<count {
                let value = Double(sums[row * count + feature]) * contributions.unit
                #expect(abs(value - expected[feature]) <= tolerance)
                total += value
            }
            #expect(abs(total - reference.margin(of: values)) <= 3 * tolerance)
        }
    }

    @Test(arguments: shapes)
    func everyTierBatchAndLayoutGivesTheSameBits(model: RandomModel) throws {
        let compiled = try CompiledForest(Self.forest(model, seed: 9))
        let rowCount = 70
        let count = model.featureCount
        let rows = model.rows(rowCount, seed: 9)
        let portable = try ForestContributions(compiled, tierMax: .portable)
        #expect(portable.tier == .portable)
        let expected = Self.sums(portable, rows, rowCount: rowCount)
        for tier in KernelTier.allCases where tier <= .best {
            let contributions = try ForestContributions(compiled, tierMax: tier)
            #expect(contributions.tier == tier)
            for batch in [1, 17, 64, rowCount] {
                let part = Self.sums(contributions, rows, rowCount: batch)
                #expect(part == Array(expected[..<(batch * count)]))
            }
        }
    }

    /// A few rows go through another kernel than many.
    @Test(arguments: shapes, [1, 2, ForestContributions.laneRowsMax])
    func rowsAloneHaveTheBitsOfRowsTogether(model: RandomModel, batch: Int) throws {
        let compiled = try CompiledForest(Self.forest(model, seed: 21))
        let contributions = try ForestContributions(compiled)
        let count = model.featureCount
        let rowCount = 24
        let rows = model.rows(rowCount, seed: 21)
        let expected = Self.sums(contributions, rows, rowCount: rowCount)
        for first in stride(from: 0, to: rowCount, by: batch) {
            let part = Array(rows[first * count..<(first + batch) * count])
            let sums = Self.sums(contributions, part, rowCount: batch)
            #expect(sums == Array(expected[first * count..<(first + batch) * count]))
        }
    }

    @Test func theKernelForOneRowRunsWhereTheTreesFitIt() throws {
        guard KernelTier.best == .avx512vbmi else { return }
        let few = try CompiledForest(Self.forest(RandomModel(treeCount: 3), seed: 2))
        #expect(try ForestContributions(few).hasLanes)
        #expect(try !ForestContributions(few, tierMax: .avx2).hasLanes)
        let many = try CompiledForest(
            Self.forest(RandomModel(featureCount: 300, treeCount: 30, depthMax: 6), seed: 2)
        )
        #expect(many.byteColumnCount > ForestContributions.laneColumnsMax)
        #expect(try !ForestContributions(many).hasLanes)
    }

    @Test func aPathFollowsTwoSlotsOfAFeatureAndNoMore() throws {
        let held = try #require(HeldRange.all.narrowed(slot: 3, cut: 9, goesLeft: true))
        #expect((held.first.slot, held.first.low, held.first.high) == (3, 0, 9))
        let both = try #require(held.narrowed(slot: 4, cut: 20, goesLeft: false))
        #expect((both.second.slot, both.second.low, both.second.high) == (4, 21, 255))
        #expect(both.narrowed(slot: 3, cut: 9, goesLeft: false)?.first.low == 10)
        #expect(both.narrowed(slot: 5, cut: 0, goesLeft: true) == nil)
    }

    @Test func eachOutputHasTheContributionsOfItsOwnTrees() throws {
        var model = RandomModel(featureCount: 5, treeCount: 6, depthMax: 4)
        model.objective = "multi:softprob"
        model.classCount = 3
        let forest = try Self.forest(model, seed: 12)
        let contributions = try ForestContributions(CompiledForest(forest))
        let rows = model.rows(70, seed: 12)
        var sums = [Int64](repeating: 0, count: 70 * 3 * 5)
        var span = sums.mutableSpan
        contributions.sums(
            rows.span,
            layout: .rowMajor(rowCount: 70, columnCount: 5),
            columns: .prepared(5),
            into: &span
        )
        for output in 0..<3 {
            let reference = ContributionReference(forest.part(ofOutput: output))
            let base = Double(forest.baseMargins[output]) + reference.mean
            #expect(abs(Double(contributions.baseValues[output]) - base) < 1e-6)
            for row in [0, 1, 64, 69] {
                let expected = reference.byLeaves(Array(rows[row * 5..<row * 5 + 5]))
                for feature in 0..<5 {
                    let sum = sums[(row * 3 + output) * 5 + feature]
                    #expect(abs(Double(sum) * contributions.unit - expected[feature]) < 3e-7)
                }
            }
        }
    }

    @Test func columnMajorRowsGiveTheSameBits() throws {
        let model = RandomModel(treeCount: 1)
        let contributions = try ForestContributions(CompiledForest(Self.forest(model, seed: 3)))
        let rows = model.rows(700, seed: 3)
        let expected = Self.sums(contributions, rows, rowCount: 700)
        let columns = (0..<12).flatMap { column in (0..<700).map { rows[$0 * 12 + column] } }
        var results = [Int64](repeating: 0, count: expected.count)
        var span = results.mutableSpan
        contributions.sums(
            columns.span,
            layout: .columnMajor(rowCount: 700, columnCount: 12),
            columns: .prepared(12),
            into: &span
        )
        #expect(results == expected)
    }

    @Test func theLibraryAgreesWithinItsOwnError() throws {
        let model = RandomModel(treeCount: 8, depthMax: 5)
        let document = Array(model.json(seed: 4).utf8)
        let contributions = try ForestContributions(CompiledForest(Forest(xgboost: document)))
        // Matrices of libxgboost hold no infinities.
        let rows = model.rows(8, seed: 4).map { $0.isInfinite ? 0 : $0 }
        let sums = Self.sums(contributions, rows, rowCount: 8)
        let library = try LibraryBooster(document).contributions(of: rows, columnCount: 12)
        for row in 0..<8 {
            for feature in 0..<12 {
                let value = Double(sums[row * 12 + feature]) * contributions.unit
                #expect(abs(value - Double(library[row * 13 + feature])) < 2e-5)
            }
            #expect(abs(contributions.baseValues[0] - library[row * 13 + 12]) < 2e-5)
        }
    }

    @Test func columnsOfOneFeatureAddUpWithoutError() throws {
        let model = RandomModel(treeCount: 4)
        let contributions = try ForestContributions(CompiledForest(Self.forest(model, seed: 8)))
        let rows = model.rows(9, seed: 8)
        let single = Self.sums(contributions, rows, rowCount: 9)
        let columns = ContributionColumns(targets: (0..<12).map { $0 / 4 }, count: 3)
        var results = [Int64](repeating: 0, count: 27)
        var span = results.mutableSpan
        contributions.sums(
            rows.span,
            layout: .rowMajor(rowCount: 9, columnCount: 12),
            columns: columns,
            into: &span
        )
        for (index, result) in results.enumerated() {
            let (row, feature) = index.quotientAndRemainder(dividingBy: 3)
            let first = row * 12 + feature * 4
            #expect(result == single[first..<first + 4].reduce(0, +))
        }
    }

    @Test func rawRowsContributeWhatTheirPreparationContributes() throws {
        let model = RandomModel(featureCount: 5, treeCount: 3, depthMax: 4)
        let compiled = try CompiledForest(Self.forest(model, seed: 6))
        let contributions = try ForestContributions(compiled)
        let inputs = RawInputs(
            numeric: [
                .init(feature: 0, imputation: 0.5),
                .init(feature: 1) { $0 * 2 },
                // No rising transform: it is applied value by value.
                .init(feature: 2) { $0 * $0 },
            ],
            categories: [.oneHot(features: [3, 4])]
        )
        let fused = try FusedForest(compiled, inputs: inputs)
        #expect(fused.explicitColumns == [2])
        let rowCount = 600
        let drawn = model.rows(rowCount, seed: 6)
        let numbers = (0..<3).flatMap { column in (0..<rowCount).map { drawn[$0 * 5 + column] } }
        let codes = (0..<rowCount).map { UInt8($0 % 3) }
        var prepared: [Float] = []
        for row in 0..<rowCount {
            for (column, input) in inputs.numeric.enumerated() {
                prepared.append(input.prepared(numbers[column * rowCount + row]))
            }
            prepared += codes[row] < 2 ? inputs.categories[0].values[Int(codes[row])] : [0, 0]
        }
        let expected = Self.sums(contributions, prepared, rowCount: rowCount)
        var results = [Int64](repeating: 0, count: expected.count)
        var span = results.mutableSpan
        contributions.sums(
            of: fused,
            numeric: numbers.span,
            numericLayout: .columnMajor(rowCount: rowCount, columnCount: 3),
            codes: codes.span,
            codeLayout: .columnMajor(rowCount: rowCount, columnCount: 1),
            columns: .prepared(5),
            into: &span
        )
        #expect(results == expected)
    }
}
