// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanArtifact
import LoanModel
import LoanService
import LoanTraining
import Testing

/// A small model that fits the schema, trained once for all tests.
struct TestModel: Sendable {
    let preprocessor: Preprocessor
    /// XGBoost's JSON.
    let xgboost: [UInt8]
    let scorer: Scorer

    static let shared = Result { try TestModel(seed: 1) }

    /// - Parameters:
    ///   - seed: another one gives another preprocessor and another model.
    ///   - rounds: trees.
    init(seed: UInt64, rounds: Int = 3, learningRate: Double = 0.3) throws {
        let table = try CSVReader.table(
            SampleApplications(rows: 600, seed: seed).csv(),
            schema: .creditRisk,
            labels: .required
        )
        preprocessor = try Preprocessor(fitting: table)
        let columns = try preprocessor.transform(table).flatMap { $0 }
        let labels = try #require(table.labels).map { Float($0) }
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.learningRate = learningRate
        parameters.maxDepth = 3
        xgboost = try Trainer(parameters: parameters, threadCount: 1).train(
            columns: columns.span,
            labels: labels.span,
            featureNames: preprocessor.columnNames
        ) { _ in true }.xgboost
        let forest = try CompiledForest(try Forest(xgboost: xgboost))
        scorer = try Scorer(preprocessor: preprocessor, forest: forest)
    }

    /// A model in memory; each call gives another loading.
    static func served() throws -> ServedModel {
        ServedModel(scorer: try shared.get().scorer)
    }

    /// The stored form of model and preprocessor.
    func artifact(fingerprint: [UInt8]? = nil) throws -> ModelArtifact {
        ModelArtifact(
            producer: "a test",
            trainedAt: 1_700_000_000,
            preprocessorFingerprint: fingerprint
                ?? PreprocessorArtifact.fingerprint(of: preprocessor),
            featureNames: preprocessor.columnNames,
            parameters: [],
            scores: nil,
            sections: try Forest(xgboost: xgboost).artifactSections
        )
    }
}
