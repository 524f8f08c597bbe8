// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Digest
import Foundation
import Synchronization
import TestSupport
import Testing

/// Segments and pinned files on their way to a store, and their end.
@Suite struct StoreTests {
    private static let model = Array("a model".utf8)

    private static func fixture(_ store: MemoryStore?) throws -> RecordFixture {
        var fixture = try RecordFixture()
        fixture.store = store
        fixture.configuration.segmentAge = .milliseconds(10)
        return fixture
    }

    /// Runs a server that makes one decision.
    private static func run(_ fixture: RecordFixture, id: String) throws {
        let recorder = try fixture.open()
        let digest = SHA256.hash(model)
        try recorder.pin(model.span, digest: digest)
        var context = DecisionContext.applications()
        context.modelDigest = digest
        context.policyDigest = []
        let number = try recorder.register(context)
        try recorder.appendOne(number, id: id)
        recorder.stop()
    }

    private static func segments(_ fixture: RecordFixture) throws -> [UInt64] {
        try fixture.place.segments(of: "server-1").map(\.number)
    }

    @Test func segmentsGoToTheStoreAndTheNewestStaysAsWell() throws {
        let store = MemoryStore()
        let fixture = try Self.fixture(store)
        for run in 0..<3 { try Self.run(fixture, id: "\(run)") }
        let digits = RecordNames.hex(SHA256.hash(Self.model))
        #expect(
            store.names == [
                "models/\(digits)", "models/\(digits).server-1",
                "server-1/00000000000000000001.segment",
                "server-1/00000000000000000002.segment",
                "server-1/00000000000000000003.segment",
            ]
        )
        #expect(try Self.segments(fixture) == [3])
        let place = RecordPlace(store: store)
        #expect(try RecordVerification.of(place).isSound)
        #expect(try place.pinned(SHA256.hash(Self.model)) == Self.model)
    }

    @Test func aStoreThatIsAwayDelaysUploadsAlone() throws {
        let store = MemoryStore()
        store.setAway(true)
        // The chain is read from the folder; of a store that is away nothing is asked.
        var fixture = try Self.fixture(nil)
        try Self.run(fixture, id: "0")
        fixture.store = store
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        for number in 1..<4 {
            try recorder.appendOne(context, id: "\(number)")
            #expect(eventually { recorder.state.sealed == UInt64(number) })
        }
        #expect(eventually { recorder.state.uploadObstacle == "the bucket 'b' is away" })
        #expect(recorder.state.isWorking && recorder.state.waitingForUpload >= 4)
        store.setAway(false)
        #expect(eventually { recorder.state.waitingForUpload == 0 })
        recorder.stop()
        let verification = try RecordVerification.of(RecordPlace(store: store))
        #expect(verification.isSound && verification.streams.first?.counts.rows == 4)
        #expect(recorder.state.uploadObstacle == nil)
    }

    @Test func aLostFolderIsContinuedFromTheStoreAndSaidToBeLost() throws {
        let store = MemoryStore()
        try Self.run(try Self.fixture(store), id: "0")
        // Another folder, as on a new machine.
        try Self.run(try Self.fixture(store), id: "1")
        let place = RecordPlace(store: store)
        let stream = try #require(try RecordVerification.of(place).streams.first)
        #expect(stream.isSound && stream.segments >= 2)
        #expect(stream.gaps.map(\.cause) == [.folderLost])
    }

    @Test func twoServersOfOneStreamAreFound() throws {
        let store = MemoryStore()
        let first = try Self.fixture(store)
        let second = try Self.fixture(store)
        store.replace("server-1/00000000000000000001.segment", [1, 2, 3])
        // The folder has a chain of its own, so that the store's is not continued.
        var alone = second
        alone.store = nil
        try Self.run(alone, id: "1")
        var impatient = second
        impatient.timing.stop = .milliseconds(50)
        let recorder = try impatient.open()
        #expect(
            eventually {
                recorder.state.uploadObstacle?.contains("a stream of its own") == true
            }
        )
        recorder.stop()
        #expect(throws: RecordError.self) { try first.open() }
    }

    @Test(arguments: [true, false])
    func whatIsOlderThanItsTimeIsDeletedOldestFirst(hasStore: Bool) throws {
        let store = hasStore ? MemoryStore() : nil
        let clock = Atomic64(RecordTiming.systemTime())
        store?.setTime(clock.value)
        var fixture = try Self.fixture(store)
        fixture.configuration.retention = .seconds(30 * 86_400)
        fixture.timing.now = { clock.value }
        // What is still in use at the first look is found by a later one.
        fixture.timing.retention = .milliseconds(20)
        for run in 0..<3 { try Self.run(fixture, id: "\(run)") }
        let place = store.map { RecordPlace(store: $0) } ?? fixture.place
        #expect(try place.segments(of: "server-1").count == 3)
        // 31 days later: segments go, but for the newest; the model's time has a margin.
        clock.add(31 * 86_400_000)
        let later = try fixture.open()
        #expect(try eventually { try place.segments(of: "server-1").map(\.number) == [3] })
        later.stop()
        #expect(try place.pinned(SHA256.hash(Self.model)) == Self.model)
        let stream = try #require(try RecordVerification.of(place).streams.first)
        #expect(stream.isSound && stream.first == 3)
        clock.add(3 * 86_400_000)
        let last = try fixture.open()
        #expect(eventually { (try? place.pinned(SHA256.hash(Self.model))) == nil })
        last.stop()
    }

    @Test func pinnedBytesMustBeThoseOfTheirDigest() throws {
        let fixture = try Self.fixture(nil)
        let recorder = try fixture.open()
        #expect(throws: RecordError.self) {
            try recorder.pin(Self.model.span, digest: [UInt8](repeating: 0, count: 32))
        }
        let digest = SHA256.hash(Self.model)
        try recorder.pin(Self.model.span, digest: digest)
        recorder.stop()
        let path = fixture.configuration.folder + "/" + RecordNames.pinned(digest)
        try Data("another".utf8).write(to: URL(fileURLWithPath: path))
        let digits = RecordNames.hex(digest)
        #expect(throws: RecordReadError.pinnedDigest(digest: digits)) {
            try fixture.place.pinned(digest)
        }
    }
}

/// A clock that is put forward by hand.
private final class Atomic64: Sendable {
    private let content: Atomic<Int64>

    init(_ value: Int64) { content = Atomic(value) }

    var value: Int64 { content.load(ordering: .relaxed) }

    func add(_ value: Int64) { content.add(value, ordering: .relaxed) }
}
