// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import TestSupport
import Testing

/// What a process leaves that is killed: the files as they are at some moment. Its ring is a mapped
/// file, so that a copy of the folder has what the kernel would have kept.
@Suite struct RecoveryTests {
    /// A disk that takes nothing: everything stays in the ring.
    private static func stuck() throws -> RecordFixture {
        var fixture = try RecordFixture()
        fixture.disk = FaultyDisk(failing: .write)
        return fixture
    }

    @Test func whatIsInTheRingComesIntoASegment() throws {
        let killed = try Self.stuck()
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        for number in 0..<500 { try recorder.appendOne(context, id: "\(number)") }
        let left = try killed.copyOfNow()
        let next = try left.open()
        #expect(eventually { !left.events.all.isEmpty })
        next.stop()
        #expect(try left.ids() == (0..<500).map(String.init))
        #expect(try left.verification().isSound)
        let recovery = RecordRecovery(bytesCut: 0, framesFromRing: 500, framesLost: 0)
        #expect(left.events.all.contains(.recovered(recovery)))
        recorder.stop()
    }

    /// At any moment, each decision that was appended is there once, and in order.
    @Test(arguments: 0..<12) func nothingIsLostOrDoubledAtAnyMoment(moment: Int) throws {
        var killed = try RecordFixture(segmentBytes: 64 << 10)
        killed.timing.room = .seconds(10)
        let disk = FaultyDisk()
        killed.disk = disk
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        var appended = 0
        for number in 0..<200 + 331 * moment {
            try recorder.appendOne(context, id: "\(number)", mayWait: true)
            appended += 1
        }
        // A segment may get its other name while the folder is read.
        let left = try disk.hold { try (try? killed.copyOfNow()) ?? killed.copyOfNow() }
        try left.open().stop()
        #expect(try left.ids() == (0..<appended).map(String.init))
        #expect(try left.verification().isSound)
        #expect(try left.gaps() == [])
        recorder.stop()
    }

    /// After a power cut the segments may be there, and what came into the ring last may not.
    @Test func aRingOfAnEarlierTimeIsNotGoneOnWith() throws {
        let fixture = try RecordFixture()
        var recorder = try fixture.open()
        let context = try recorder.register(.applications())
        try recorder.appendOne(context, id: "a")
        #expect(eventually { recorder.state.ringBytes == 0 })
        let earlier = try fixture.copyOfNow()
        try recorder.appendOne(context, id: "b")
        recorder.stop()
        let ring = URL(fileURLWithPath: fixture.streamFolder + "/ring")
        let old = try Data(contentsOf: URL(fileURLWithPath: earlier.streamFolder + "/ring"))
        try old.write(to: ring)
        recorder = try fixture.open()
        try recorder.appendOne(try recorder.register(.applications()), id: "c")
        recorder.stop()
        #expect(try fixture.ids() == ["a", "b", "c"])
        #expect(try fixture.verification().isSound)
    }

    @Test func theChainGoesOnAfterARestart() throws {
        let fixture = try RecordFixture()
        for run in 0..<3 {
            let recorder = try fixture.open()
            let context = try recorder.register(.applications("\(run)"))
            try recorder.appendOne(context, id: "\(run)")
            recorder.stop()
        }
        #expect(try fixture.ids() == ["0", "1", "2"])
        let stream = try #require(try fixture.verification().streams.first)
        #expect(stream.isSound && stream.segments == 3 && stream.last == 3)
    }

    @Test func anEntryThatWasNeverFinishedIsAGap() throws {
        let killed = try Self.stuck()
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        try recorder.appendOne(context, id: "a")
        // An append that is killed between its two steps.
        let isBegun = recorder.interruptAppend(
            context,
            rows: 3,
            byteCount: 40,
            timeMilliseconds: 77
        )
        #expect(isBegun)
        try recorder.appendOne(context, id: "b")
        let left = try killed.copyOfNow()
        try left.open().stop()
        #expect(try left.ids() == ["a", "b"])
        let gap = GapFrame(
            cause: .interrupted,
            rows: 3,
            frames: 1,
            fromMilliseconds: 77,
            toMilliseconds: 77
        )
        #expect(try left.gaps() == [gap])
        #expect(try left.verification().isSound)
        recorder.stop()
    }

    @Test func anEntryThatAPowerCutDamagedIsAGap() throws {
        let killed = try Self.stuck()
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        for id in ["a", "b", "c"] { try recorder.appendOne(context, id: id) }
        let left = try killed.copyOfNow()
        let ring = left.streamFolder + "/ring"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: ring))
        let place = try #require(bytes.range(of: Data("\u{12}\u{01}b".utf8)))
        bytes[place.upperBound] ^= 1
        try bytes.write(to: URL(fileURLWithPath: ring))
        try left.open().stop()
        #expect(try left.ids() == ["a", "c"])
        #expect(try left.gaps().map(\.cause) == [.damaged])
        #expect(try left.verification().isSound)
        recorder.stop()
    }

    /// A segment may end anywhere when the power goes; the ring still has what was not confirmed.
    @Test func aSegmentThatWasCutIsContinuedFromTheRing() throws {
        let killed = try RecordFixture()
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        for number in 0..<50 { try recorder.appendOne(context, id: "\(number)") }
        #expect(eventually { recorder.state.ringBytes == 0 })
        let open = try #require(try killed.place.segments(of: "server-1").last)
        #expect(open.isOpen)
        for cut in [1, 5, 30, open.byteCount - 20, open.byteCount] {
            let left = try killed.copyOfNow()
            let path = left.configuration.folder + "/" + open.name
            try FileHandle(forWritingTo: URL(fileURLWithPath: path))
                .truncate(atOffset: UInt64(open.byteCount - cut))
            try left.open().stop()
            let verification = try left.verification()
            #expect(verification.isSound, "\(cut): \(verification)")
            // What was in the segment alone is said to be lost, and the rest is there in order.
            let ids = try left.ids()
            #expect(ids == (0..<ids.count).map(String.init))
            let lost = try left.gaps().reduce(0) { $0 + Int($1.frames) }
            #expect(ids.count + lost == 50)
        }
        recorder.stop()
    }

    @Test func aRingOfAnotherSizeIsEmptiedFirst() throws {
        let killed = try Self.stuck()
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        for number in 0..<10 { try recorder.appendOne(context, id: "\(number)") }
        var left = try killed.copyOfNow()
        left.configuration.ringByteCount = 2 << 20
        let second = try left.open()
        #expect(second.state.ringCapacity == 1 << 20)
        second.stop()
        let third = try left.open()
        #expect(third.state.ringCapacity == 2 << 20)
        third.stop()
        #expect(try left.ids() == (0..<10).map(String.init))
        recorder.stop()
    }

    @Test func aFolderIsOneProcessAlone() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        #expect(throws: RecordError.locked(folder: fixture.configuration.folder)) {
            try fixture.open()
        }
        recorder.stop()
    }

    @Test func aStreamWithoutANameKeepsTheOneThatWasMade() throws {
        var fixture = try RecordFixture()
        fixture.configuration.stream = nil
        var names: Set<String> = []
        for _ in 0..<2 {
            let recorder = try fixture.open()
            names.insert(recorder.stream)
            recorder.stop()
        }
        #expect(names.count == 1)
    }

    @Test func whatWasBegunAndNeverFinishedIsRemoved() throws {
        let fixture = try RecordFixture()
        try fixture.open().stop()
        let paths = ["server-1/00000000000000000001.open.copy", "models/0a.new"]
            .map { fixture.configuration.folder + "/" + $0 }
        for path in paths { try Data("half".utf8).write(to: URL(fileURLWithPath: path)) }
        try fixture.open().stop()
        #expect(paths.allSatisfy { !FileManager.default.fileExists(atPath: $0) })
    }

    @Test func filesAreTheirOwnersAlone() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        try recorder.appendOne(context, id: "a")
        recorder.stop()
        let files = FileManager.default
        let paths = try files.subpathsOfDirectory(atPath: fixture.configuration.folder)
        #expect(paths.contains("server-1/00000000000000000001.segment"))
        for path in paths.map({ fixture.configuration.folder + "/" + $0 }) {
            let attributes = try files.attributesOfItem(atPath: path)
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(path)")
        }
    }
}
