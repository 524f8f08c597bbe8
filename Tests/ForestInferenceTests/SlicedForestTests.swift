// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing
import XGBoostBaseline

/// The bit-sliced kernels, whichever way they find leaf values.
@Suite struct SlicedForestTests {
    private static let kernels: [ForestKernel] = [.slicedCode, .slicedUnits]

    /// Trees of depth 10 have more codes than one vector, trees of depth 5 fewer.
    @Test(arguments: kernels, LeafLookup.allCases)
    func everyLookupGivesTheBitsOfTheLibrary(kernel: ForestKernel, lookup: LeafLookup) throws {
        guard kernel.tier <= .best else { return }
        for depth in [5, 7, 10] {
            let model = RandomModel(treeCount: 43, depthMax: depth, leafShare: 0.05)
            let json = Array(model.json(seed: 31).utf8)
            var options = CompileOptions(forcedKernel: kernel)
            options.leafLookup = lookup
            let compiled = try CompiledForest(Forest(xgboost: json), options: options)
            #expect(compiled.kernelStatus[kernel] == .active)
            let width = model.featureCount
            let rows = model.rows(1_100, seed: 31)
            let expected = try LibraryBooster(json).predict(rows, columnCount: width, margin: true)
            // Half a block at most takes a way of its own; 1,100 rows end with one.
            for rowCount in [1, 63, 64, 65, 255, 256, 257, 511, 512, 513, 768, 1_100] {
                let scores = compiled.scores(
                    Array(rows.prefix(rowCount * width)),
                    layout: .rowMajor(rowCount: rowCount, columnCount: width),
                    output: .margin,
                    kernel: kernel
                )
                let bits = expected.prefix(rowCount).map(\.bitPattern)
                #expect(scores.map(\.bitPattern) == bits, "\(rowCount) rows, depth \(depth)")
            }
        }
    }
}

/// What kernels are expected to take, as they were measured when the forest was compiled.
@Suite struct BlockCostTests {
    /// What fewer rows cost decides which kernel takes them.
    @Test(.enabled(if: KernelTier.best == .avx512vbmi))
    func halfABlockIsExpectedToTakeLessThanAWholeOne() throws {
        let model = RandomModel(treeCount: 200, depthMax: 10, leafShare: 0.05)
        let compiled = try CompiledForest(Forest(xgboost: Array(model.json(seed: 32).utf8)))
        #expect(compiled.kernel(forRowCount: 512) == .slicedCode)
        #expect(compiled.expectedTime(rowCount: 256) < compiled.expectedTime(rowCount: 512))
    }
}
