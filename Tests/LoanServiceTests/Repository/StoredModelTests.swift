// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import LoanArtifact
import LoanModel
import LoanService
import TestSupport
import Testing

/// Models as they may lie in storage, whoever put them there.
@Suite struct StoredModelTests {
    private let model: TestModel

    init() throws { model = try TestModel.shared.get() }

    /// What loading these two files ends with; nil when they load.
    private func outcome(model bytes: [UInt8], preprocessor: [UInt8]? = nil) async throws
        -> ServiceError?
    {
        let folder = try ServiceFolder()
        try folder.write("models/model.joblib", bytes)
        try folder.write("data/preprocessor.sav", preprocessor ?? savedPreprocessor)
        let service = try folder.service()
        return await failure { () throws(ServiceError) in
            try await service.model(.named("model.joblib"))
        }
    }

    private var savedPreprocessor: [UInt8] {
        PreprocessorArtifact.encode(model.preprocessor, producer: "a test")
    }

    private func isConflict(_ error: ServiceError?) -> Bool {
        if case .conflict? = error { true } else { false }
    }

    private func isDataLoss(_ error: ServiceError?) -> Bool {
        if case .dataLoss? = error { true } else { false }
    }

    @Test func filesOfOtherToolsLoadWithoutAManifest() async throws {
        #expect(try await outcome(model: model.xgboost) == nil)
        #expect(try await outcome(model: model.artifact().encoded()) == nil)
    }

    @Test(
        "A04 A07: a forged model is refused",
        arguments: [
            ("\"left_children\":[1", "\"left_children\":[0"),
            ("\"left_children\":[1", "\"left_children\":[9999"),
            ("\"left_children\":[1", "\"left_children\":[-2"),
            ("\"left_children\":[1", "\"left_children\":[1.5"),
            ("\"left_children\":[1", "\"left_children\":[2"),
            ("\"binary:logistic\"", "\"multi:softprob\""),
            ("\"num_class\":\"0\"", "\"num_class\":\"3\""),
            ("\"name\":\"gbtree\"", "\"name\":\"dart\""),
            ("\"name\":\"gbtree\"", "\"name\":\"gblinear\""),
            ("\"num_feature\":\"26\"", "\"num_feature\":\"27\""),
            ("\"num_feature\":\"26\"", "\"num_feature\":\"1\""),
            ("\"num_trees\":\"3\"", "\"num_trees\":\"4\""),
            ("\"version\":[1", "\"version\":[4"),
            ("\"name\":\"gbtree\"", "\"name\":\"gbtree\",\"weight_drop\":[1,0.5]"),
            ("\"tree_info\":", "\"weight_drop\":[1,0.5],\"tree_info\":"),
            ("\"tree_info\":", "\"tree_scale\":[1,1,0.5],\"tree_info\":"),
        ]
    )
    func aForgedModelIsRefused(old: String, new: String) async throws {
        let text = String(decoding: model.xgboost, as: UTF8.self)
        let range = try #require(text.range(of: old, options: .backwards), "\(old)")
        let forged = text.replacingCharacters(in: range, with: new)
        let error = try await outcome(model: Array(forged.utf8))
        #expect(isConflict(error), "\(String(describing: error))")
    }

    @Test("A08: a model beyond the limits is refused") func aModelBeyondTheLimitsIsRefused()
        async throws
    {
        func forest(_ count: Int) -> [UInt8] {
            let leaves = [ModelText.Tree](repeating: .leaf(0.5), count: count)
            var text = ModelText(leaves, featureCount: 26)
            text.featureNames = model.preprocessor.columnNames
            return text.bytes
        }
        #expect(try await outcome(model: forest(10)) == nil)
        guard case .tooLarge? = try await outcome(model: forest(ForestLimits.treesMax + 1)) else {
            Issue.record("one tree above the limit is no reason")
            return
        }
    }

    @Test("A08: a forest of another width is refused before it is compiled")
    func aForestOfAnotherWidthIsRefusedBeforeItIsCompiled() async throws {
        // Compiling it would report that it needs more byte columns than there may be.
        let trees = (0..<9_000).map { ModelText.Tree.stump($0, below: 0.5, (1, 2)) }
        let error = try await outcome(model: ModelText(trees, featureCount: 9_000).bytes)
        guard case .conflict(let problem)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.message.contains("do not belong together"))
    }

    @Test("A08: a file of a gibibyte is refused before it is read")
    func aFileOfAGibibyteIsRefusedBeforeItIsRead() async throws {
        let folder = try ServiceFolder()
        try folder.write("models/model.joblib", [])
        try folder.write("data/preprocessor.sav", savedPreprocessor)
        let file = folder.folder.url.appendingPathComponent("models/model.joblib")
        let handle = try FileHandle(forWritingTo: file)
        try handle.truncate(atOffset: 1 << 30)
        try handle.close()
        let service = try folder.service()
        let error = await failure { () throws(ServiceError) in
            try await service.model(.named("model.joblib"))
        }
        guard case .tooLarge? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    /// A model of 26 columns, called by these names.
    private func named(_ names: [String]) -> [UInt8] {
        var text = ModelText([.stump(0, below: 0.5, (0.1, 0.2))], featureCount: 26)
        text.featureNames = names
        return text.bytes
    }

    @Test func asManyColumnsAreNotTheSameColumns() async throws {
        let names = model.preprocessor.columnNames
        #expect(try await outcome(model: named(names)) == nil)
        for (others, sentence) in [
            ([], "booster.feature_names"), (names.reversed(), "column 0 is \(names[0])"),
        ] {
            guard case .conflict(let problem)? = try await outcome(model: named(others)) else {
                Issue.record("\(others.count) names are no reason")
                continue
            }
            #expect(problem.message.contains("do not belong together"))
            #expect(problem.message.contains(sentence), "\(problem.message)")
        }
    }

    @Test func aFingerprintProvesColumnsWithoutNames() async throws {
        func stored(_ fingerprint: [UInt8]) throws -> [UInt8] {
            var artifact = try model.artifact(fingerprint: fingerprint)
            artifact.sections = try Forest(xgboost: named([])).artifactSections
            return artifact.encoded()
        }
        let own = PreprocessorArtifact.fingerprint(of: model.preprocessor)
        #expect(try await outcome(model: stored(own)) == nil)
        #expect(isConflict(try await outcome(model: stored([]))))
    }

    @Test func codesOfCategoriesAreNotPreparedNumbers() async throws {
        let names = model.preprocessor.columnNames
        let segments = (0...26).map { $0 > 3 ? "2" : "0" }.joined(separator: ",")
        let text = String(decoding: named(names), as: UTF8.self).replacing(
            "\"tree_info\"",
            with: "\"cats\":{\"enc\":[],\"feature_segments\":[\(segments)],\"sorted_idx\":[]},"
                + "\"tree_info\""
        )
        guard case .conflict(let problem)? = try await outcome(model: Array(text.utf8)) else {
            Issue.record("codes are no reason")
            return
        }
        #expect(problem.message.contains("codes of categories for \(names[3])"))
    }

    @Test("A13: a preprocessor of another fit is refused") func aPreprocessorOfAnotherFitIsRefused()
        async throws
    {
        let other = try TestModel(seed: 2).preprocessor
        let error = try await outcome(
            model: model.artifact().encoded(),
            preprocessor: PreprocessorArtifact.encode(other, producer: "a test")
        )
        #expect(isConflict(error), "\(String(describing: error))")
    }

    @Test(
        "A20: a pickle is refused with a hint",
        arguments: [
            [0x80, 4, 0x95], [0x80, 5, 0x95], [0x80, 2, 0x7D], [0x1F, 0x8B, 8], [0x78, 0x9C, 1],
        ]
    )
    func aPickleIsRefusedWithAHint(bytes: [UInt8]) async throws {
        for error in [
            try await outcome(model: bytes),
            try await outcome(model: model.xgboost, preprocessor: bytes),
        ] {
            guard case .conflict(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(problem.message.contains("pickle"))
            #expect(problem.message.contains("save_model"))
        }
    }

    @Test(arguments: [
        ([], "is empty"), ([0xEF, 0xBB, 0xBF, 0x7B, 0x7D], "byte order mark"),
        ([0x1F, 0x8B, 8, 0, 0], "compressed (gzip)"), ([0x28, 0xB5, 0x2F, 0xFD, 0], "(zstd)"),
        ([0x50, 0x4B, 3, 4, 0], "(zip)"), ([0x42, 0x5A, 0x68, 0x39], "(bzip2)"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "(xz)"), ([0x04, 0x22, 0x4D, 0x18], "(lz4)"),
        (Array("<html>".utf8), "neither an artifact of loan-default nor an XGBoost model"),
        (Array("{".utf8), "ends too early"), (Array("{\"learner\": 1}".utf8), "at byte 12"),
    ])
    func aFileThatIsNoModelIsNamedAndSaysWhatItIs(bytes: [UInt8], words: String) async throws {
        func expect(_ error: ServiceError?, of name: String) {
            switch error {
            case .conflict(let problem)?, .dataLoss(let problem)?:
                #expect(problem.message.hasPrefix("\(name): "), "\(problem.message)")
                #expect(problem.message.contains(words), "\(problem.message)")
            default: Issue.record("\(name): \(String(describing: error))")
            }
        }
        expect(try await outcome(model: bytes), of: "model.joblib")
        // A preprocessor is no model of XGBoost.
        guard bytes.first != UInt8(ascii: "{") else { return }
        expect(
            try await outcome(model: model.xgboost, preprocessor: bytes),
            of: "preprocessor.sav"
        )
    }

    @Test("A01 A03: every truncation and what is appended is data loss")
    func everyTruncationAndWhatIsAppendedIsDataLoss() async throws {
        let whole = try model.artifact().encoded()
        for length in [0, 1, 7, 8, 55, 56, 57, whole.count / 2, whole.count - 1] {
            let error = try await outcome(model: Array(whole.prefix(length)))
            #expect(isDataLoss(error), "\(length) bytes: \(String(describing: error))")
        }
        #expect(isDataLoss(try await outcome(model: whole + [0])))
        let saved = savedPreprocessor
        for length in [0, 1, 55, 56, saved.count / 2, saved.count - 1] {
            let error = try await outcome(
                model: model.xgboost,
                preprocessor: Array(saved.prefix(length))
            )
            #expect(isDataLoss(error), "\(length) bytes: \(String(describing: error))")
        }
    }

    @Test("A02: every damage of a stored model is data loss")
    func everyDamageOfAStoredModelIsDataLoss() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        _ = try await folder.service().train(ServiceFolder.trainRequest())
        let generation = try #require(
            try await folder.service().versions(of: "model.joblib", in: ServiceFolder.models).first
        ).generation
        let objects = "models/.loan-default/models/model.joblib/objects"
        let path = "\(objects)/\(generation).model.joblib"
        let whole = try folder.read(path)
        let loader = try folder.service()
        let serving = try await loader.served.load(.named("model.joblib"))
        for bit in 0..<56 * 8 {
            var damaged = whole
            damaged[bit / 8] ^= 1 << (bit % 8)
            try folder.write(path, damaged)
            let service = try folder.service()
            let error = await failure { () throws(ServiceError) in
                try await service.model(.named("model.joblib"))
            }
            #expect(isDataLoss(error), "bit \(bit): \(String(describing: error))")
        }
        // Whoever has it in memory goes on.
        #expect(try loader.served.model("model.joblib") === serving)
    }

    @Test("A21: links, folders, pipes and devices are no models")
    func linksFoldersPipesAndDevicesAreNoModels() async throws {
        let folder = try ServiceFolder()
        let models = folder.folder.url.appendingPathComponent("models")
        try folder.write("data/preprocessor.sav", savedPreprocessor)
        try folder.write("outside.json", model.xgboost)
        try FileManager.default.createDirectory(
            at: models.appendingPathComponent("folder"),
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            at: models.appendingPathComponent("link"),
            withDestinationURL: folder.folder.url.appendingPathComponent("outside.json")
        )
        #expect(mkfifo(models.appendingPathComponent("pipe").path, 0o600) == 0)
        let service = try folder.service()
        for name in ["folder", "link", "pipe"] {
            let error = await failure { () throws(ServiceError) in
                try await service.model(.named(name))
            }
            guard case .invalid? = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
    }
}
