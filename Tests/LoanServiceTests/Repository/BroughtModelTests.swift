// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import LoanService
import Observability
import Synchronization
import TestSupport
import Testing

/// A model that another tool saved is served as it is where no preprocessor is named and none lies
/// next to it: its columns are its features.
@Suite struct BroughtModelTests {
    private let place = StorageLocation.local(path: "brought")

    /// Two features; rows below both thresholds have the margin 0.25 - 0.5.
    private func text(
        _ names: [String] = ["debt", "years"],
        objective: String = "binary:logistic"
    ) -> ModelText {
        var text = ModelText(
            [.stump(0, below: 10, (0.25, 1.5)), .stump(1, below: 3, (-0.5, 2))],
            featureCount: 2
        )
        text.featureNames = names
        text.objective = objective
        return text
    }

    private func reference(
        _ name: String = "mine.json",
        at place: StorageLocation? = nil,
        preprocessor: StorageLocation? = nil
    ) -> ModelReference {
        ModelReference(model: place ?? self.place, name: name, preprocessor: preprocessor)
    }

    private func withModel(
        _ bytes: [UInt8]? = nil,
        _ body: (ServiceFolder, LoanService) async throws -> Void
    ) async throws {
        let folder = try ServiceFolder()
        try folder.write("brought/mine.json", bytes ?? text().bytes)
        try await body(folder, try folder.service())
    }

    private func scores(_ model: ServedModel, _ rows: [[Float]], margins: Bool = false) -> [Float] {
        var values = [Float](repeating: 0, count: rows.count * model.valueCount(margins: margins))
        var results = values.mutableSpan
        let columns = model.features.indices.flatMap { column in rows.map { $0[column] } }
        model.score(
            numbers: columns.span,
            codes: [UInt8]().span,
            rowCount: rows.count,
            margins: margins,
            into: &results
        )
        return values
    }

    @Test func theColumnsOfTheFileAreTheFeatures() async throws {
        try await withModel { _, service in
            let model = try await service.model(reference())
            #expect(model.features.map(\.name) == ["debt", "years"])
            #expect(model.preparedFeatureNames == ["debt", "years"])
            #expect(!model.isPrepared)
            #expect(model.prediction == .probability)
            let margins = scores(
                model,
                [[9, 2], [10, 2], [9, 3], [.nan, .nan]],
                margins: true
            )
            // A missing value goes right, as the default of these splits says.
            #expect(margins == [-0.25, 1, 2.25, 3.5])
        }
    }

    @Test func columnsWithoutNamesAreCalledByTheirPositions() async throws {
        try await withModel(text([]).bytes) { _, service in
            let model = try await service.model(reference())
            #expect(model.features.map(\.name) == ["f0", "f1"])
        }
    }

    @Test func twoColumnsOfOneNameAreRefused() async throws {
        try await withModel(text(["debt", "debt"]).bytes) { _, service in
            let error = await failure { () throws(ServiceError) in
                try await service.model(reference())
            }
            guard case .conflict(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.message.contains("two columns of the model are called debt"))
        }
    }

    @Test func aTableOfTheModelsColumnsIsRead() async throws {
        try await withModel { _, service in
            let model = try await service.model(reference())
            let csv = "years,debt\n2,9\n,\n"
            let rows = try model.applications(csv: Array(csv.utf8))
            #expect(model.probabilities(of: rows) == scores(model, [[9, 2], [.nan, .nan]]))
        }
    }

    @Test func anIndicatorIsABoolean() async throws {
        let json = text().json.replacing(
            #""feature_types":[]"#,
            with: #""feature_types":["float","i"]"#
        )
        try await withModel(Array(json.utf8)) { _, service in
            let model = try await service.model(reference())
            #expect(model.features.map(\.kind) == [.number, .boolean])
            // As pandas writes it.
            let csv = "debt,years\n9,True\n9,False\n9,\n9,1\n9,1.0\n"
            let rows = try model.applications(csv: Array(csv.utf8))
            let expected = scores(model, [[9, 1], [9, 0], [9, .nan], [9, 1], [9, 1]])
            #expect(model.probabilities(of: rows) == expected)
        }
    }

    @Test func aNamedPreprocessorMustBeThereAndFit() async throws {
        try await withModel { folder, service in
            let named = reference(preprocessor: .local(path: "data"))
            let absent = await failure { () throws(ServiceError) in try await service.model(named) }
            guard case .notFound? = absent else {
                Issue.record("\(String(describing: absent))")
                return
            }
            let fitted = try TestModel.shared.get().preprocessor
            try folder.write(
                "data/preprocessor.sav",
                PreprocessorArtifact.encode(fitted, producer: "a test")
            )
            let restarted = try folder.service()
            let unfit = await failure { () throws(ServiceError) in
                try await restarted.model(named)
            }
            guard case .conflict(let problem)? = unfit else {
                Issue.record("\(String(describing: unfit))")
                return
            }
            #expect(problem.message.contains("do not belong together"))
        }
    }

    @Test func aPreprocessorNextToTheModelIsUsed() async throws {
        let trained = try TestModel.shared.get()
        try await withModel(trained.xgboost) { folder, service in
            let bare = try await service.model(reference())
            #expect(bare.features.map(\.name) == trained.preprocessor.columnNames)
            try folder.write(
                "brought/preprocessor.sav",
                PreprocessorArtifact.encode(trained.preprocessor, producer: "a test")
            )
            // A look at storage finds that it has come.
            let found = try await service.served.load(reference())
            #expect(found.isPrepared)
            #expect(found.features.map(\.name) == TableSchema.creditRisk.features.map(\.name))
        }
    }

    @Test func aModelThatWasTrainedHereNeedsItsPreprocessor() async throws {
        let trained = try TestModel.shared.get().artifact().encoded()
        try await withModel(trained) { _, service in
            let error = await failure { () throws(ServiceError) in
                try await service.model(reference())
            }
            guard case .conflict(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.message.contains("name the folder of its preprocessor.sav"))
        }
    }

    @Test func iterationsAreChosenByTheReference() async throws {
        var text = text()
        text.attributes = #""best_iteration":"0""#
        try await withModel(text.bytes) { _, service in
            let row: [[Float]] = [[9, 2]]
            let best = try await service.model(reference())
            #expect(scores(best, row, margins: true) == [0.25])
            let all = reference().with(try #require(ModelIterations("all")))
            let whole = try await service.model(all)
            #expect(scores(whole, row, margins: true) == [-0.25])
            // They are two models at a time.
            let again = try await service.model(reference())
            #expect(again === best)
            let beyond = reference().with(try #require(ModelIterations("1-3")))
            let error = await failure { () throws(ServiceError) in
                try await service.model(beyond)
            }
            guard case .conflict? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(ModelIterations("3-1") == nil)
        #expect(ModelIterations("some") == nil)
    }

    @Test func ofAModelThatWasTrainedHereAllIterationsCount() async throws {
        let trained = try TestModel.shared.get()
        try await withModel(trained.artifact().encoded()) { folder, service in
            try folder.write(
                "brought/preprocessor.sav",
                PreprocessorArtifact.encode(trained.preprocessor, producer: "a test")
            )
            let all = reference().with(try #require(ModelIterations("all")))
            #expect(try await service.model(all).iterations == nil)
            let some = reference().with(try #require(ModelIterations("0-1")))
            let error = await failure { () throws(ServiceError) in try await service.model(some) }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problems[0].message.contains("XGBoost's own format"))
        }
    }

    @Test func aFileIsServedUnderAnyName() async throws {
        try await withModel { folder, service in
            let file = reference("credit", at: .local(path: "brought/mine.json"))
            let model = try await service.served.load(file)
            #expect(try service.served.model("credit") === model)
            try folder.write("brought/mine.json", text(["debt", "age"]).bytes)
            let newer = try await service.served.load(file)
            #expect(newer.features.map(\.name) == ["debt", "age"])
        }
    }

    @Test func aFolderWithoutTheModelIsNoFile() async throws {
        try await withModel { _, service in
            for (name, path) in [("other.json", "brought"), ("mine", "nowhere/model.json")] {
                let error = await failure { () throws(ServiceError) in
                    try await service.model(reference(name, at: .local(path: path)))
                }
                guard case .notFound? = error else {
                    Issue.record("\(path): \(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test func valuesThatAreNoProbabilitiesAreCountedAsRowsAlone() async throws {
        try await withModel(text(objective: "reg:squarederror").bytes) { folder, _ in
            let metrics = MetricsRegistry(ServiceMetrics.descriptions)
            let model = try await folder.service(metrics: metrics).model(reference())
            #expect(model.prediction == .value)
            #expect(scores(model, [[9, 2], [10, 2]]) == [0.25, 1.5])
            let shown = metrics.text
            #expect(shown.contains("nv_inference_count{model=\"mine.json\"} 2"))
            #expect(
                shown.contains("loan_default_predict_score_count{model=\"mine.json\"} 0")
            )
        }
    }

    @Test func onlyWhatWasTrainedHereIsMissedAManifest() async throws {
        let messages = Mutex<[String]>([])
        let folder = try ServiceFolder()
        try folder.write("brought/mine.json", ModelText([.leaf(1)], featureCount: 1).bytes)
        try folder.write("brought/copy", try TestModel.shared.get().artifact().encoded())
        let service = try folder.service { message in messages.withLock { $0.append(message) } }
        for (name, count) in [("mine.json", 0), ("copy", 1)] {
            let reference = ModelReference(
                model: .local(path: "brought"),
                name: name,
                preprocessor: nil
            )
            _ = await failure { () throws(ServiceError) in try await service.model(reference) }
            #expect(messages.withLock { $0.count { $0 == "object without a manifest" } } == count)
        }
    }
}
