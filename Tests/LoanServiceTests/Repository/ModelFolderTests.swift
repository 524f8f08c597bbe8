// SPDX-License-Identifier: Apache-2.0

import LoanService
import TestSupport
import Testing

/// Which models a folder has, by the names of its files.
@Suite struct ModelFolderTests {
    private let place = StorageLocation.local(path: "brought")

    private func model(_ feature: String = "debt") -> [UInt8] {
        var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: 1)
        text.featureNames = [feature]
        return text.bytes
    }

    private func withFiles(
        _ paths: [String],
        _ body: (ServiceFolder, LoanService) async throws -> Void
    ) async throws {
        let folder = try ServiceFolder()
        for path in paths { try folder.write("brought/\(path)", model()) }
        try await body(folder, try folder.service())
    }

    private func names(_ service: LoanService) async throws -> [String] {
        try await service.models(in: place).models.map(\.reference.name)
    }

    @Test func filesAndFoldersWithOneFileAreModels() async throws {
        let paths = [
            "credit.json", "loss.ubj", "xgboost-model", "cards/model.bst", "notes.txt",
            ".hidden.json", "deep/down/model.json", "two/a.json", "empty/readme.md",
        ]
        try await withFiles(paths) { _, service in
            let expected = ["cards", "credit", "loss", "two", "xgboost-model"]
            #expect(try await names(service) == expected)
            for listed in try await service.models(in: place).models {
                try await service.serveHere(listed)
                #expect(try service.served.model(listed.reference.name).features.count == 1)
            }
        }
    }

    @Test func iterationsAreThoseOfAllModelsOfTheFolder() async throws {
        try await withFiles([]) { folder, service in
            var text = ModelText([.leaf(1), .leaf(-3)], featureCount: 1)
            text.attributes = #""best_iteration":"0""#
            try folder.write("brought/early.json", text.bytes)
            for (words, trees) in [("best", 1), ("all", 2), ("1-2", 1)] {
                let iterations = try #require(ModelIterations(words))
                let listed = try await service.models(in: place, iterations).models
                try await service.serveHere(try #require(listed.first))
                #expect(try service.served.model("early").treeCount == trees)
            }
        }
    }

    @Test func whatWouldHaveOneNameIsReportedAndNotServed() async throws {
        try await withFiles(["a.json", "a.ubj", "b/x.json", "b/y.json", "c.json"]) { _, service in
            let found = try await service.models(in: place)
            #expect(found.models.map(\.reference.name) == ["c"])
            #expect(found.problems.keys.sorted() == ["a", "b"])
            let (a, b) = (found.problems["a"] ?? "", found.problems["b"] ?? "")
            #expect(a.hasPrefix("a.json, a.ubj would all be served as a"))
            #expect(b.hasPrefix("b/x.json, b/y.json would all be served as b"))
        }
    }

    @Test func aFileWhoseNameIsNoNameOfAModelIsReported() async throws {
        try await withFiles(["my model.json"]) { _, service in
            let found = try await service.models(in: place)
            #expect(found.models.isEmpty)
            #expect(found.problems["my model"]?.contains("A-Z a-z 0-9 . _ -") == true)
        }
    }

    @Test func aModelThatWasTrainedHereIsOneModelWithItsPreprocessor() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        _ = try await service.train(ServiceFolder.trainRequest())
        let found = try await service.models(in: ServiceFolder.models)
        #expect(found.models.map(\.reference.name) == ["model.joblib"])
        try await service.serveHere(found.models[0])
        let model = try service.served.model("model.joblib")
        #expect(model.isPrepared)
        #expect(model.version != nil)
        // The folder above sees it as the one model of a folder.
        let above = try await service.models(in: .local(path: "."))
        let named = try #require(above.models.first { $0.reference.name == "models" })
        try await service.serveHere(named)
        #expect(try service.served.model("models").version == model.version)
    }

    @Test func theFilesOfATrainingMayBeTakenElsewhere() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await folder.service().train(ServiceFolder.trainRequest())
        for ending in ["", ".json", ".preprocessor.sav"] {
            let bytes = try folder.read("models/model.joblib\(ending)")
            try folder.write("brought/model.joblib\(ending)", bytes)
        }
        let service = try folder.service()
        let found = try await service.models(in: place)
        #expect(found.models.map(\.reference.name) == ["model"])
        try await service.serveHere(found.models[0])
        #expect(try service.served.model("model").isPrepared)
    }

    @Test func anotherFileHasAnotherTag() async throws {
        try await withFiles(["credit.json"]) { folder, service in
            let before = try await service.models(in: place).models
            #expect(try await service.models(in: place).models == before)
            try folder.write("brought/credit.json", model("income"))
            let after = try await service.models(in: place).models
            #expect(after.map(\.reference) == before.map(\.reference))
            #expect(after != before)
        }
    }

    @Test func aModelThatHasGoneIsWithdrawnUnlessItsNameStandsForAnother() async throws {
        try await withFiles(["credit.json", "loss.json", "other/x.json"]) { _, service in
            let found = try await service.models(in: place).models
            for listed in found { try await service.serveHere(listed) }
            let elsewhere = ModelReference(
                model: .local(path: "brought/other/x.json"),
                name: "loss",
                preprocessor: nil
            )
            try await service.served.load(elsewhere)
            for listed in found.prefix(2) { service.withdraw(listed) }
            #expect(service.served.names == ["loss", "other"])
        }
    }

    // MARK: One model

    private func only(_ name: String = "mine") -> ModelReference {
        ModelReference(model: place, name: name, preprocessor: nil, takesOnlyModel: true)
    }

    @Test(arguments: ["a.json", "sub/model.ubj"])
    func theOneModelOfAFolderIsServedUnderAnyName(path: String) async throws {
        try await withFiles([path, "readme.txt"]) { folder, service in
            try await service.served.load(only())
            #expect(try service.served.model("mine").features.map(\.name) == ["debt"])
            try folder.write("brought/\(path)", model("income"))
            let newer = try await service.served.load(only())
            #expect(newer.features.map(\.name) == ["income"])
        }
    }

    @Test(arguments: [
        ([], "no model is there"), (["a.json", "b.json"], "a.json, b.json are there"),
    ])
    func noneAndSeveralAreNotOne(paths: [String], words: String) async throws {
        try await withFiles(paths + ["readme.txt"]) { _, service in
            let reference = only()
            let error = await failure { () throws(ServiceError) in
                try await service.model(reference)
            }
            guard case .notFound(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.message.contains(words))
        }
    }

    @Test func aModelOfTheNameComesBeforeTheOnlyOne() async throws {
        try await withFiles(["mine"]) { folder, service in
            try folder.write("brought/other.json", model("income"))
            let model = try await service.model(only())
            #expect(model.features.map(\.name) == ["debt"])
        }
    }

    @Test func aMisspeltNameIsNoReasonToServeTheOnlyModel() async throws {
        try await withFiles(["credit.json"]) { _, service in
            let reference = ModelReference(model: place, name: "credti", preprocessor: nil)
            let error = await failure { () throws(ServiceError) in
                try await service.model(reference)
            }
            guard case .notFound? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
