// SPDX-License-Identifier: Apache-2.0

import Foundation
import ForestInference
import Testing

/// What a forest in memory is counted for.
@Suite struct ForestMemoryTests {
    private static let model = RandomModel(featureCount: 40, treeCount: 60, depthMax: 7)

    private func forest(_ model: RandomModel) throws -> Forest {
        try Forest(xgboost: Array(model.json(seed: 11).utf8))
    }

    @Test func theForestAndItsPlanCountBesideWhatScoringReads() throws {
        let forest = try forest(Self.model)
        let compiled = try CompiledForest(forest)
        // Twelve bytes a node as loaded, four for its split.
        #expect(compiled.memoryBytes >= compiled.compiledBytes + forest.nodes.count * 16)
    }

    @Test func categorySetsCount() throws {
        let model = RandomModel(treeCount: 60, categoricalShare: 0.5)
        let forest = try forest(model)
        let words = forest.categorySets.reduce(0) { $0 + $1.words.count }
        #expect(forest.categorySets.count > 300)
        let compiled = try CompiledForest(forest)
        let bytes = forest.categorySets.count * 40 + words * 4
        #expect(
            compiled.memoryBytes >= compiled.compiledBytes + forest.nodes.count * 16 + bytes
        )
    }

    @Test(
        arguments: [
            RandomModel(), RandomModel(treeCount: 300, depthMax: 2), Self.model,
            RandomModel(treeCount: 40, depthMax: 10, leafShare: 0.02),
            RandomModel(treeCount: 60, depthMax: 16, leafShare: 0.3),
            RandomModel(featureCount: 500, treeCount: 60, depthMax: 8, cutsPerFeature: 700),
            RandomModel(treeCount: 60, categoricalShare: 0.5),
            RandomModel(treeCount: 60, objective: "multi:softprob", classCount: 5),
            RandomModel(treeCount: 200, depthMax: 3, objective: "multi:softprob", classCount: 100),
        ]
    )
    func whatCompilingTakesAtMostIsKnownBefore(_ model: RandomModel) throws {
        let forest = try forest(model)
        let compiled = try CompiledForest(forest)
        #expect(compiled.memoryBytes + compiled.makeScratch().byteCount < forest.compilingBytesMax)
        // What is written is there in addition to what the kernels read of it.
        let contributions = try ForestContributions(compiled)
        #expect(2 * contributions.byteCount < forest.contributingBytesMax)
    }

    @Test func workingMemoryCountsOnceItIsThere() throws {
        let compiled = try CompiledForest(forest(Self.model))
        let before = compiled.memoryBytes
        let scratch = compiled.makeScratch()
        #expect(compiled.memoryBytes == before)
        for _ in 0..<3 {
            _ = compiled.scores(
                [Float](repeating: 0, count: 40),
                layout: .rowMajor(rowCount: 1, columnCount: 40)
            )
        }
        #expect(compiled.memoryBytes == before + scratch.byteCount)
    }

    @Test func workingMemoryIsKeptForAsManyThreadsAsScore() throws {
        let options = CompileOptions(threadCount: 2)
        let compiled = try CompiledForest(forest(Self.model), options: options)
        let before = compiled.memoryBytes
        let rowCount = 50_000
        let values = [Float](repeating: 0.5, count: 40 * rowCount)
        let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: 40)
        let most = ScoresAtOnce(count: 6) { _ = compiled.scores(values, layout: layout) }
        most.run()
        let kept = (compiled.memoryBytes - before) / compiled.makeScratch().byteCount
        #expect((1...2).contains(kept))
    }
}

/// Runs the same work on several threads, which begin together.
private struct ScoresAtOnce {
    let count: Int
    let work: @Sendable () -> Void

    func run() {
        let group = DispatchGroup()
        let ready = DispatchSemaphore(value: 0)
        for _ in 0..<count {
            group.enter()
            Thread.detachNewThread {
                ready.wait()
                work()
                group.leave()
            }
        }
        for _ in 0..<count { ready.signal() }
        group.wait()
    }
}
