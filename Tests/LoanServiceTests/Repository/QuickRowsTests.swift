// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanService
import Testing

/// How many rows an event loop scores.
@Suite struct QuickRowsTests {
    /// 2,000 trees in plain C: some 10 ms for 512 rows.
    private static func slowModel() throws -> ServedModel {
        let model = try TestModel(seed: 2, rounds: 2_000, learningRate: 0.01)
        let forest = try CompiledForest(
            try Forest(xgboost: model.xgboost),
            options: CompileOptions(tierMax: .portable)
        )
        return ServedModel(
            scorer: try Scorer(preprocessor: model.preprocessor, forest: forest)
        )
    }

    @Test func batchesAreExpectedToTakeWhatTheirModelWasMeasuredToTake() throws {
        let slow = try Self.slowModel()
        #expect((1..<QuickRows.countMax).contains(slow.quickRowCount))
        #expect(try TestModel.served().quickRowCount == QuickRows.countMax)
        let scorer = try TestModel.shared.get().scorer
        #expect(scorer.rowCount(within: .zero, atMost: 512) == 0)
        #expect(scorer.rowCount(within: .seconds(60), atMost: 512) == 512)
    }

    @Test func theSlowestModelInMemoryDecides() async throws {
        let slow = try Self.slowModel()
        let quick = try TestModel.served()
        var configuration = ModelRepositoryConfiguration()
        configuration.countMax = 2
        let repository = ModelRepository(
            loader: .init(
                load: { reference in
                    .init(
                        model: reference.name == "slow" ? slow : quick,
                        tags: ModelTags(model: "1", preprocessor: "1")
                    )
                },
                tags: { _ in ModelTags(model: "1", preprocessor: "1") }
            ),
            configuration: configuration
        ) { _, _ in }
        #expect(repository.quickRows.count == QuickRows.countMax)
        _ = try await repository.model(.named("slow"))
        _ = try await repository.model(.named("quick"))
        #expect(repository.quickRows.count == slow.quickRowCount)
        // Leaves to make room.
        _ = try await repository.model(.named("other"))
        #expect(repository.quickRows.count == QuickRows.countMax)
    }
}
