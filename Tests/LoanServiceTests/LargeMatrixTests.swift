// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import ObjectStorage
import TestSupport
import Testing

/// A matrix that is long enough to be made in the place where it stays.
@Suite struct LargeMatrixTests {
    /// Each row has two categories of its own: a row to train on makes two columns.
    private static let rows = 2_600

    private func request() throws -> DataRequest {
        let document = """
            {"label": {"column": "outcome", "positive": "bad"},
             "features": [
               {"column": "branch", "kind": "category", "encoding": "one-hot"},
               {"column": "officer", "kind": "category", "encoding": "one-hot"}]}
            """
        return DataRequest(
            source: .local(path: "table.csv"),
            target: .local(path: "data"),
            size: 1,
            seed: 3,
            format: .npy,
            schema: .given(try SchemaDocument.read(Array(document.utf8)))
        )
    }

    private func folder() throws -> ServiceFolder {
        let lines = (0..<Self.rows).map { "b\($0),o\(Self.rows - $0),\(["good", "bad"][$0 % 2])" }
        let folder = try ServiceFolder()
        let table = (["branch,officer,outcome"] + lines).joined(separator: "\n") + "\n"
        try folder.write("table.csv", Array(table.utf8))
        return folder
    }

    @Test func aLargeMatrixAndItsPlainCopyHaveAllCells() async throws {
        let folder = try folder()
        let result = try await folder.service().prepareData(request())
        #expect(result.warnings.isEmpty)
        let trainRows = Self.rows * 3 / 4
        #expect(result.trainRows == trainRows)
        #expect(result.featureCount == 2 * trainRows)
        let matrix = try folder.read("data/Xtrain.npy")
        #expect(matrix.count == 128 + 4 * trainRows * 2 * trainRows)
        #expect(matrix.count >= ObjectStage.bytesMin, "it is not made in its place")
        // A float32 of 1 ends with these bytes, and nothing else here does.
        let ones = stride(from: 128, to: matrix.count, by: 4).count { matrix[$0 + 3] == 0x3F }
        #expect(ones == 2 * trainRows)
        let object = try #require(
            folder.files("data/.loan-default").first { $0.hasSuffix("Xtrain.npy") }
        )
        #expect(try folder.read("data/.loan-default/" + object) == matrix)
        #expect(try !folder.files("data").contains { $0.contains(".loan-tmp-") })
    }

    @Test func aPreparationThatIsCancelledLeavesNoFile() async throws {
        let folder = try folder()
        let (service, request) = try (folder.service(), request())
        let error = await failure { () throws(ServiceError) in
            try await service.prepareData(request) { $0.stage == .reading || $0.share < 0.5 }
        }
        #expect(error == .cancelled)
        #expect((try? folder.files("data").isEmpty) ?? true)
    }
}
