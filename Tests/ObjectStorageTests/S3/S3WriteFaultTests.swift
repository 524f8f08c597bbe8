// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    @Suite struct S3WriteFaultTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
        }

        @Test(
            "S10: a conditional write whose answer was lost succeeds",
            arguments: ["store_then_status", "store_then_reset"]
        )
        func aConditionalWriteWhoseAnswerWasLostSucceeds(kind: String) throws {
            let store = try servers.store()
            let key = try ObjectKey("lost-answer-\(kind)")
            try servers.inject([fault(kind, "PUT", ["status": 500])])
            let written = try store.put(key, [1, 2], .ifAbsent, deadline: soon())
            #expect(try store.head(key, deadline: soon()).etag == written.etag)
            try servers.inject([fault(kind, "PUT", ["status": 500])])
            try store.put(key, [3], .ifMatch(written.etag), deadline: soon())
            #expect(try store.bytes(key.name) == [3])
            try servers.inject([fault("status", "PUT", ["status": 500])])
            #expect(throws: ObjectStoreError.preconditionFailed) {
                try store.put(key, [4], .ifAbsent, deadline: soon())
            }
        }

        @Test("S10: a write that was answered but lost is found before the manifest")
        func aWriteThatWasAnsweredButLostIsFoundBeforeTheManifest() throws {
            let store = try servers.store()
            let location = try ArtifactLocation(folder: "lost", name: "model")
            var writer = try ArtifactWriter(
                location,
                generation: Generation(secondsSince1970: 1_800_000_000, random: 1),
                in: store,
                deadline: soon()
            )
            try servers.inject([fault("lose", "PUT")])
            try writer.write("model", from: ObjectSource([1]), deadline: soon())
            var thrown: ObjectStoreError?
            do throws(ObjectStoreError) {
                _ = try writer.commit(deadline: soon())
            } catch {
                thrown = error
            }
            #expect(thrown == .notFound)
            #expect(throws: ObjectStoreError.notFound) { try store.bytes(location.manifest().name) }
        }

        @Test("S01: a part that fails twice is repeated, and a completion with an error inside too")
        func aPartThatFailsTwiceIsRepeatedAndACompletionWithAnErrorInsideToo() throws {
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 1
            }
            let bytes = pattern(11_000_000)
            let hidden = "<Error><Code>InternalError</Code></Error>"
            try servers.inject([
                fault("status", "PUT", times: 2, ["status": 503, "path": "partNumber=2"]),
                fault("status", "POST", ["status": 200, "path": "uploadId=", "body": hidden]),
            ])
            try store.put(
                ObjectKey("faulty-parts"),
                .ifAbsent,
                deadline: soon(),
                from: ObjectSource(bytes)
            )
            #expect(try store.bytes("faulty-parts") == bytes)
        }

        @Test("S12: an upload that cannot end is aborted", arguments: ["PUT", "POST"])
        func anUploadThatCannotEndIsAborted(method: String) throws {
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 1
            }
            try servers.inject([
                fault(
                    "status",
                    method,
                    times: 99,
                    ["status": 500, "path": method == "PUT" ? "partNumber=2" : "uploadId="]
                )
            ])
            #expect(throws: ObjectStoreError.unavailable(.status(500), retryAfter: nil)) {
                try store.put(
                    ObjectKey("unfinished"),
                    .always,
                    deadline: soon(),
                    from: ObjectSource(pattern(11_000_000))
                )
            }
            let left = try servers.call(["do": "uploads"], as: StorageServers.Keys.self).keys
            #expect(left == [])
        }

        @Test("S10: a completion whose answer was lost succeeds")
        func aCompletionWhoseAnswerWasLostSucceeds() throws {
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 1
            }
            try servers.inject([
                fault("store_then_reset", "POST", ["path": "uploadId="])
            ])
            let bytes = pattern(6_000_000)
            try store.put(
                ObjectKey("lost-completion"),
                .always,
                deadline: soon(),
                from: ObjectSource(bytes)
            )
            #expect(try store.bytes("lost-completion") == bytes)
        }
    }
}
