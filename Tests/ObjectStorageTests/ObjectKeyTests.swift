// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct ObjectKeyTests {
    @Test func takes1024BytesAndNotOneMore() throws {
        #expect(try ObjectKey(String(repeating: "k", count: 1_024)).name.utf8.count == 1_024)
        #expect(throws: ObjectStoreError.invalidKey(.tooLong(bytesMax: 1_024))) {
            try ObjectKey(String(repeating: "é", count: 512) + "k")
        }
        #expect(throws: ObjectStoreError.invalidKey(.empty)) { try ObjectKey("") }
    }

    @Test func joinsAndSplitsFolders() throws {
        #expect(try ObjectKey(folder: "", name: "model.joblib").name == "model.joblib")
        #expect(try ObjectKey(folder: "models/", name: "a").name == "models/a")
        let key = try ObjectKey(folder: "loan/data", name: "Xtrain.npy")
        #expect((key.folder, key.lastComponent) == ("loan/data", "Xtrain.npy"))
    }

    @Test(arguments: ["loan-default", "abc", "a.b-c.d1", String(repeating: "a", count: 63)])
    func acceptsBucketNames(name: String) throws {
        #expect(try BucketName(name).name == name)
    }

    @Test(arguments: [
        "169.254.169.254", "evil.com/x", "a@b", "[::1]", "a..b", "Upper", "ab", "", "-ab", "ab-",
        "a.-b", "a-.b", ".ab", "ab.", "xn--abc", "abc-s3alias", "a b c", "a\nbc", "bücket",
        "1.2.3.4", "abc?x", "abc#x", String(repeating: "a", count: 64),
    ])
    func refusesBucketNames(name: String) {
        #expect(throws: ObjectStoreError.invalidBucketName) { try BucketName(name) }
    }
}
