// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    /// Listings of stores that do not end them, and uploads that nobody completed.
    @Suite struct S3ListingTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
            try servers.become()
        }

        // MARK: Objects

        private func page(
            _ keys: [String],
            isTruncated: Bool = true,
            token: String? = "tPAGE"
        ) -> String {
            let contents = keys.map { key in
                "<Contents><Key>\(key)</Key><Size>1</Size><ETag>a</ETag></Contents>"
            }
            let next = token.map { "<NextContinuationToken>\($0)</NextContinuationToken>" } ?? ""
            return "<ListBucketResult>\(contents.joined())"
                + "<IsTruncated>\(isTruncated)</IsTruncated>\(next)</ListBucketResult>"
        }

        private func inject(_ pages: [String], at query: String = "list-type=2") throws {
            try servers.inject([
                fault("pages", "GET", times: 9_999, ["path": query, "pages": pages])
            ])
        }

        private func listed(_ countMax: Int = 1_000_000) throws -> [ListedObject] {
            try servers.store().list(prefix: "", countMax: countMax, deadline: soon(120))
        }

        @Test func pagesAreReadUntilTheLastOne() throws {
            try inject([page(["a"]), page([]), page(["b", "c"], isTruncated: false)])
            #expect(try listed().map(\.key.name) == ["a", "b", "c"])
            #expect(try servers.attempts("GET") == 3)
        }

        @Test("a listing that always has another page ends at the limit")
        func aListingThatAlwaysHasAnotherPageEnds() throws {
            try inject([page(["a"]), page([])])
            let endless = ObjectStoreError.endlessListing(pagesMax: S3Store.listPagesMax)
            #expect(throws: endless) { try listed() }
            #expect(try servers.attempts("GET") == S3Store.listPagesMax)
        }

        @Test func aListingThatRepeatsItselfEndsWithItsSecondPage() throws {
            try inject([page(["a"], token: "same")])
            let endless = ObjectStoreError.endlessListing(pagesMax: S3Store.listPagesMax)
            #expect(throws: endless) { try listed() }
            #expect(try servers.attempts("GET") == 2)
        }

        @Test("a part of a listing is not taken for the whole", arguments: [nil, ""])
        func aPartOfAListingIsNotTakenForTheWhole(token: String?) throws {
            try inject([page(["a"], token: token)])
            #expect(throws: ObjectStoreError.malformedAnswer) { try listed() }
        }

        @Test func tooManyObjectsAreRefusedOnAnyPage() throws {
            try inject([page(["a", "b"])])
            #expect(throws: ObjectStoreError.tooManyObjects(countMax: 5)) { try listed(5) }
            #expect(try servers.attempts("GET") == 3)
        }

        // MARK: Uploads

        private func uploads(_ keys: [String], isTruncated: Bool, marker: String = "PAGE") -> String
        {
            let uploads = keys.map { key in
                "<Upload><Key>\(key)</Key><UploadId>\(key)</UploadId>"
                    + "<Initiated>2010-11-10T20:48:33.000Z</Initiated></Upload>"
            }
            return "<ListMultipartUploadsResult>\(uploads.joined())"
                + "<IsTruncated>\(isTruncated)</IsTruncated><NextKeyMarker>\(marker)</NextKeyMarker>"
                + "<NextUploadIdMarker>\(marker)</NextUploadIdMarker></ListMultipartUploadsResult>"
        }

        private func swept(
            _ isOwn: (ObjectKey) -> Bool = { _ in true }
        ) throws -> StaleUploads {
            try servers.store().abortStaleUploads(
                prefix: "",
                olderThan: .seconds(60),
                deadline: soon(60),
                where: isOwn
            )
        }

        @Test("S12: stale uploads of all pages are aborted")
        func staleUploadsOfAllPagesAreAborted() throws {
            let pages = [
                uploads(["a", "b"], isTruncated: true), uploads(["c"], isTruncated: false),
            ]
            try servers.inject([
                fault("pages", "GET", times: 9, ["path": "uploads=", "pages": pages]),
                fault("status", "DELETE", times: 9, ["path": "uploadId=", "status": 204]),
            ])
            let swept = try swept()
            #expect(swept.aborted == 3)
            #expect(!swept.hasMore)
            let aborted = try servers.requests().filter { $0[0] == "DELETE" }
                .compactMap { $0[1].split(separator: "=").last }
            #expect(aborted.filter { $0.count == 1 } == ["a", "b", "c"])
            let listings = try servers.requests().map { $0[1] }.filter { $0.contains("uploads=") }
            #expect(listings.count == 2)
            #expect(listings.last?.contains("key-marker=1&") == true, "\(listings)")
        }

        @Test("S12: a clean-up ends at its limit of pages, and says that there are more")
        func aCleanUpEndsAtItsLimitOfPages() throws {
            try inject([uploads([], isTruncated: true)], at: "uploads=")
            #expect(try swept().hasMore)
            #expect(try servers.attempts("GET") == S3Store.uploadPagesMax)
            try inject([uploads([], isTruncated: true, marker: "same")], at: "uploads=")
            let endless = ObjectStoreError.endlessListing(pagesMax: S3Store.uploadPagesMax)
            #expect(throws: endless) { try swept() }
        }

        @Test("S12: an upload that another server has aborted does not end the clean-up")
        func anUploadThatAnotherServerHasAborted() throws {
            try servers.inject([
                fault(
                    "pages",
                    "GET",
                    ["path": "uploads=", "pages": [uploads(["a", "b"], isTruncated: false)]]
                ),
                fault(
                    "status",
                    "DELETE",
                    ["path": "uploadId=a", "status": 404, "code": "NoSuchUpload"]
                ),
                fault("status", "DELETE", ["path": "uploadId=b", "status": 204]),
            ])
            #expect(try swept().aborted == 1)
        }

        @Test("S12: an upload to a name of the caller's is known by its mark")
        func anUploadToANameOfTheCallersIsKnownByItsMark() throws {
            let store = try servers.store { $0.partBytes = 5 * 1_024 * 1_024 }
            // The upload stays, as when its process is killed.
            try servers.inject([
                fault("status", "DELETE", times: 9, ["path": "uploadId=", "status": 403])
            ])
            var calls = 0
            let source = ObjectSource(length: nil) { (buffer, bytesMax) throws(ObjectStoreError) in
                calls += 1
                if calls > 12 { throw .stopped }
                buffer.append(contentsOf: repeatElement(0, count: bytesMax))
            }
            let key = try ObjectKey("scores/all.csv")
            #expect(throws: ObjectStoreError.stopped) {
                try store.put(key, .always, deadline: soon(), from: source)
            }
            try servers.inject([])
            _ = try servers.call(["do": "begin_upload", "key": "scores/of-another-tool"])
            let marks = "scores/.loan-default/uploads/"
            #expect(try keys(marks).count == 1)
            let swept = try store.abortStaleUploads(
                prefix: "scores/",
                olderThan: .seconds(-60),
                deadline: soon()
            ) { ArtifactLocation.isObjectOfAGeneration($0) }
            #expect(swept == StaleUploads(aborted: 1, hasMore: false))
            #expect(try keys(marks) == [])
            let left = try servers.call(["do": "uploads"], as: StorageServers.Keys.self).keys
            #expect(left == ["scores/of-another-tool"])
            try store.abortStaleUploads(prefix: "", olderThan: .seconds(-60), deadline: soon())
        }

        @Test func anUploadThatEndsLeavesNoMark() throws {
            let store = try servers.store { $0.partBytes = 5 * 1_024 * 1_024 }
            let bytes = pattern(6_000_000)
            let source = ObjectSource(length: nil, read: ObjectSource(bytes).read)
            try store.put(ObjectKey("marked/a"), .always, deadline: soon(60), from: source)
            #expect(try keys("marked/") == ["marked/a"])
            #expect(try servers.requests().contains { $0[1].contains(".loan-default/uploads/") })
        }

        private func keys(_ prefix: String) throws -> [String] {
            try servers.call(["do": "keys", "prefix": prefix], as: StorageServers.Keys.self).keys
        }

        // MARK: Rehearsals

        @Test("each folder is rehearsed once, since rights may differ from folder to folder")
        func eachFolderIsRehearsedOnce() throws {
            let store = try servers.store()
            for _ in 0..<2 { try store.rehearse(.objects(below: "open"), deadline: soon()) }
            try servers.inject([
                fault("status", "PUT", times: 9, ["path": "/shut/", "status": 403])
            ])
            try store.rehearse(.objects(below: "open"), deadline: soon())
            #expect(try servers.requests().isEmpty)
            for _ in 0..<2 {
                #expect(throws: ObjectStoreError.permissionDenied) {
                    try store.rehearse(.objects(below: "shut"), deadline: soon())
                }
            }
        }

        @Test("an object that may not be written is found out, and is left alone")
        func anObjectThatMayNotBeWrittenIsFoundOut() throws {
            let store = try servers.store()
            let key = try ObjectKey("single/scores.csv")
            try store.write(key.name, [7])
            try store.rehearse(.object(key), deadline: soon())
            #expect(try store.bytes(key.name) == [7])
            #expect(try keys("single/") == [key.name])
            let uploads = try servers.call(["do": "uploads"], as: StorageServers.Keys.self).keys
            #expect(!uploads.contains(key.name))
            try servers.inject([
                fault("status", "POST", times: 9, ["status": 404, "code": "NoSuchBucket"])
            ])
            #expect(throws: ObjectStoreError.noSuchBucket) {
                try store.rehearse(.object(key), deadline: soon())
            }
            // Roles that may write small objects only, and stores without uploads in parts: the
            // write itself is asked.
            for (status, code) in [(403, "AccessDenied"), (501, "NotImplemented")] {
                try servers.inject([
                    fault("status", "POST", times: 9, ["status": status, "code": code])
                ])
                try store.rehearse(.object(key), deadline: soon())
            }
        }

        @Test("only an answer that proves it makes a bucket known to exist")
        func onlyAnAnswerThatProvesItMakesABucketKnown() throws {
            let store = try servers.store(bucket: "no-such-bucket")
            let key = try ObjectKey("any")
            let refusals: [[String: Any]] = [
                ["status": 403, "code": "AccessDenied"], ["status": 404],
                ["status": 400, "code": "InvalidRequest"],
            ]
            for refusal in refusals {
                let path: [String: Any] = ["path": "/no-such-bucket/"]
                try servers.inject([fault("status", "GET", path.merging(refusal) { $1 })])
                #expect(throws: ObjectStoreError.notFound) { try store.head(key, deadline: soon()) }
            }
            try servers.inject([])
            #expect(throws: ObjectStoreError.noSuchBucket) { try store.head(key, deadline: soon()) }
            // What has answered with an object, or lacks one, has the bucket: it is not asked
            // again.
            let known = try servers.store()
            #expect(throws: ObjectStoreError.notFound) { try known.head(key, deadline: soon()) }
            try servers.inject([])
            #expect(throws: ObjectStoreError.notFound) { try known.head(key, deadline: soon()) }
            #expect(try servers.attempts("GET") == 0)
        }
    }
}
