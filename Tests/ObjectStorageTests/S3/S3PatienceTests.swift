// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Synchronization
import Testing

extension StorageServerTests {
    /// Stores that go away at the end of long work.
    @Suite struct S3PatienceTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
            try servers.become()
        }

        private func generation(
            _ location: ArtifactLocation,
            in store: any ObjectStore,
            _ bytes: [UInt8]
        ) throws {
            var writer = try ArtifactWriter(
                location,
                generation: Generation(secondsSince1970: 1_800_000_000, random: 1),
                in: store,
                deadline: soon()
            )
            try writer.write("model", from: ObjectSource(bytes), deadline: soon(60))
            _ = try writer.commit(deadline: soon(60))
        }

        @Test("what was made is stored once the store is back", arguments: ["model", "manifest"])
        func whatWasMadeIsStoredOnceTheStoreIsBack(object: String) throws {
            defer { try? servers.become() }
            let waits = Waits()
            let store = try servers.store(onWait: { waits.add($0, $1) })
            let location = try ArtifactLocation(folder: "patient-\(object)", name: "model")
            try servers.goAway(at: "PUT", object, seconds: 3)
            try generation(location, in: store.waiting(since: .now - .seconds(30)), [1, 2, 3])
            let reader = try ArtifactReader(location, in: store, deadline: soon())
            #expect(try reader.bytes("model", bytesMax: 9, deadline: soon()) == [1, 2, 3])
            #expect(waits.all.count == 1)
            let longest = try #require(waits.all.first)
            #expect((.seconds(30)..<(.seconds(40))).contains(longest))
            let refused = try servers.call(["do": "refused"], as: StorageServers.Count.self).count
            #expect((4...400).contains(refused), "three attempts and then some")
        }

        @Test("a part of an object waits like a whole one") func aPartWaitsLikeAWholeOne() throws {
            defer { try? servers.become() }
            let store = try servers.store { settings in
                settings.partBytes = 5 * 1_024 * 1_024
                settings.multipartThreshold = 1
            }
            try servers.goAway(at: "PUT", "partNumber=2", seconds: 2)
            let bytes = pattern(11_000_000)
            let patient = store.waiting(since: .now - .seconds(30))
            try patient.put(ObjectKey("patient-parts"), bytes, .ifAbsent, deadline: soon(60))
            #expect(try store.bytes("patient-parts") == bytes)
        }

        @Test("the wait ends after as long as the work took")
        func theWaitEndsAfterAsLongAsTheWorkTook() throws {
            defer { try? servers.become() }
            let waits = Waits()
            let store = try servers.store(onWait: { waits.add($0, $1) })
            try servers.goAway(at: "PUT", "impatient", seconds: 60)
            let patient = store.waiting(since: .now - .seconds(1))
            let clock = ContinuousClock()
            for (least, most) in [(Duration.seconds(1), Duration.seconds(8)), (.zero, .seconds(1))]
            {
                let elapsed = clock.measure {
                    #expect(
                        throws: ObjectStoreError.unavailable(.interrupted, retryAfter: nil)
                    ) {
                        try patient.put(ObjectKey("impatient"), [1], deadline: soon())
                    }
                }
                // All calls share one wait: the second does not wait again.
                #expect((least..<most).contains(elapsed), "\(elapsed)")
            }
            #expect(waits.all.count == 1)
        }

        @Test("the deadline of a call ends its wait") func theDeadlineEndsTheWait() throws {
            defer { try? servers.become() }
            let store = try servers.store()
            try servers.goAway(at: "PUT", "deadline", seconds: 60)
            let patient = store.waiting(since: .now - .seconds(600))
            let elapsed = ContinuousClock().measure {
                #expect(throws: ObjectStoreError.self) {
                    try patient.put(ObjectKey("deadline"), [1], deadline: .now + .seconds(2))
                }
            }
            #expect(elapsed < .seconds(4))
        }

        @Test("a refusal is not waited for") func aRefusalIsNotWaitedFor() throws {
            try servers.inject([
                fault("status", "PUT", times: 9, ["status": 403, "code": "AccessDenied"])
            ])
            let patient = try servers.store().waiting(since: .now - .seconds(600))
            #expect(throws: ObjectStoreError.permissionDenied) {
                try patient.put(ObjectKey("refused"), [1], deadline: soon())
            }
            #expect(try servers.attempts("PUT") == 1)
        }

        /// How long the waits may last, in the order they began.
        private final class Waits: Sendable {
            private let waits = Mutex<[Duration]>([])
            var all: [Duration] { waits.withLock { $0 } }
            func add(_ error: ObjectStoreError, _ longest: Duration) {
                waits.withLock { $0.append(longest) }
            }
        }
    }
}
