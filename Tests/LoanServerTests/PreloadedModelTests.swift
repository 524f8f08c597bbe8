// SPDX-License-Identifier: Apache-2.0

import Access
import LoanServer
import LoanService
import Testing

@Suite struct PreloadedModelTests {
    @Test func aWordNamesBothFolders() throws {
        let local = try PreloadedModel("model.joblib=models/new,data").reference
        #expect(local.name == "model.joblib")
        #expect(local.model == .local(path: "models/new"))
        #expect(local.preprocessor == .local(path: "data"))
        let s3 = try PreloadedModel("risk=s3://loans/models/a,s3://loans/data").reference
        #expect(s3.model == .s3(bucket: "loans", key: "models/a"))
        #expect(s3.preprocessor == .s3(bucket: "loans", key: "data"))
    }

    @Test func aModelMayHaveNoPreprocessor() throws {
        let file = try PreloadedModel("mine=brought/model.json").reference
        #expect(file.model == .local(path: "brought/model.json"))
        #expect(file.preprocessor == nil)
        #expect(file.takesOnlyModel)
        let folder = try PreloadedModel("mine=s3://loans/models,").reference
        #expect(folder.model == .s3(bucket: "loans", key: "models"))
        #expect(folder.preprocessor == nil)
        #expect(!folder.takesOnlyModel)
    }

    @Test func serversShareWhatTheyServeInTheFolderThatAModelNamesForIt() throws {
        func shared(_ words: [String]) throws -> StorageLocation? {
            try ServerConfiguration(models: PreloadedModel.list(words)).shared
        }
        #expect(try shared(["a=models,data"]) == .local(path: "models"))
        #expect(try shared(["a=a.json", "b=models,data"]) == .local(path: "models"))
        // A place that may be a file is no folder to write to.
        #expect(try shared(["a=a.json", "b=models,"]) == .local(path: "."))
    }

    @Test func severalMayStandInOneWord() throws {
        let models = try PreloadedModel.list(["a=m,d b=m,d", "c=m,d"])
        #expect(models.map(\.reference.name) == ["a", "b", "c"])
    }

    @Test(arguments: [
        "", "model.joblib", "=m,d", "a=", "a=,", "a=m,d,e", "a=,d", "../a=m,d", "a=s3://b,d",
        "a=s3://b/,d", "a=m,d a=n,d", "a=m a=n", "a=m,s3://b",
    ])
    func aWrongWordIsRefusedByTheOptionsName(word: String) throws {
        let error = #expect(throws: ConfigurationError.self) {
            _ = try word.isEmpty ? [PreloadedModel(word)] : PreloadedModel.list([word])
        }
        #expect(error?.description.hasPrefix("--model ") == true)
    }

    @Test func thereIsALimit() throws {
        let words = (0..<PreloadedModel.countMax).map { "model-\($0)=m,d" }
        #expect(try PreloadedModel.list(words).count == PreloadedModel.countMax)
        #expect(throws: ConfigurationError.self) { try PreloadedModel.list(words + ["one=m,d"]) }
    }
}
