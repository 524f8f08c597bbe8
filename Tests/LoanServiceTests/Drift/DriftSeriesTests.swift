// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import LoanService
import ModelValidation
import Observability
import TestSupport
import Testing

/// The counts of models in metrics, and what training keeps to count by.
@Suite struct DriftSeriesTests {
    private let registry = MetricsRegistry(
        ServiceMetrics.descriptions + DriftSeries.descriptions
    )

    private func values(_ name: String, _ labels: String...) -> [Int] {
        registry.text.split(separator: "\n").filter { line in
            line.hasPrefix(name + "{") && labels.allSatisfy { line.contains($0) }
        }.compactMap { line in line.split(separator: " ").last.flatMap { Int($0) } }
    }

    private func score(_ model: ServedModel, rows: Int) throws {
        let text = SampleApplications(rows: rows, seed: 3).csv()
        _ = model.probabilities(of: try model.applications(csv: text))
    }

    @Test func countersOfANameGoOnWithItsNextVersion() throws {
        let metrics = ServiceMetrics(registry)
        let scorer = try TestModel.shared.get().scorer
        let rows = "loan_default_drift_rows_total"
        var model: ServedModel? = ServedModel(scorer: scorer, metrics: metrics.model("risk"))
        try score(try #require(model), rows: 30)
        #expect(values(rows, "feature=\"person_age\"").reduce(0, +) == 30)
        // What was counted after the last reading is not lost with the version.
        try score(try #require(model), rows: 12)
        let next = ServedModel(scorer: scorer, metrics: metrics.model("risk"))
        model = nil
        try score(next, rows: 5)
        for feature in next.features.map(\.name) {
            #expect(values(rows, "feature=\"\(feature)\"").reduce(0, +) == 47, "\(feature)")
        }
        #expect(values(rows, "bin=\"unseen\"").count == 4)
        let training = values("loan_default_drift_training_rows", "feature=\"loan_grade\"")
        #expect(training.reduce(0, +) == 600)
    }

    @Test func aPinnedVersionAndASharedNameHaveNone() throws {
        let metrics = ServiceMetrics(registry)
        let scorer = try TestModel.shared.get().scorer
        let models = [
            ServedModel(scorer: scorer, metrics: metrics.model("risk"), showsDrift: false),
            ServedModel(scorer: scorer, metrics: metrics.model("other")),
        ]
        for model in models { try score(model, rows: 3) }
        #expect(values("loan_default_drift_rows_total").isEmpty)
        #expect(models.allSatisfy { $0.drift?.report(.hour).features[0].actual == 3 })
    }

    @Test func whatATrainingRowWasIsShownWhileItsModelIsInMemory() throws {
        let metrics = ServiceMetrics(registry)
        let name = "loan_default_drift_training_rows"
        let scorer = try TestModel.shared.get().scorer
        var model: ServedModel? = ServedModel(scorer: scorer, metrics: metrics.model("risk"))
        #expect(!values(name).isEmpty && model != nil)
        model = nil
        #expect(values(name).isEmpty)
    }

    @Test func aTrainingKeepsHowItsRowsAndPredictionsLie() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        _ = try await service.train(ServiceFolder.trainRequest())
        let artifact = try ModelArtifact(decoding: folder.read("models/model.joblib"))
        let scores = try #require(artifact.scoreProfile)
        let measured = try #require(artifact.scores?.classes)
        #expect(scores.rowCount == measured.nonDefault.support + measured.default.support)
        let model = try await service.model(
            ModelReference(
                model: ServiceFolder.models,
                name: "model.joblib",
                preprocessor: StorageLocation.local(path: "data")
            )
        )
        try score(model, rows: 1_000)
        let report = try #require(model.drift?.report(.day))
        #expect(report.features.map(\.name) == model.features.map(\.name))
        #expect(report.score?.actual == 1_000)
        // The rows are of the population that the model was trained on.
        #expect(report.notes.isEmpty, "\(report.notes)")
        for column in report.features {
            #expect((column.stability?.index ?? 1) < 0.1, "\(column.name)")
        }
    }

    @Test func marginsAreNotCounted() throws {
        let model = try TestModel.served()
        let text = SampleApplications(rows: 2, seed: 3).csv()
        let (numbers, codes) = try model.applications(csv: text).matrices
        for margins in [true, false] {
            var values = [Float](repeating: 0, count: 2)
            var results = values.mutableSpan
            model.score(
                numbers: numbers.span,
                codes: codes.span,
                rowCount: 2,
                margins: margins,
                into: &results
            )
        }
        #expect(model.drift?.report(.hour).features[0].actual == 2)
    }
}
