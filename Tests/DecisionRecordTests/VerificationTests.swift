// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import TestSupport
import Testing

/// Whatever was done to a record is found, and said with its place.
@Suite struct VerificationTests {
    /// Five segments of 40 decisions.
    private static func record() throws -> RecordFixture {
        let fixture = try RecordFixture()
        for run in 0..<5 {
            let recorder = try fixture.open()
            let context = try recorder.register(.applications("\(run)"))
            for number in 0..<40 { try recorder.appendOne(context, id: "\(run)-\(number)") }
            recorder.stop()
        }
        #expect(try fixture.verification(heads: fixture.events.heads).isSound)
        return fixture
    }

    private static func path(_ fixture: RecordFixture, _ number: UInt64) -> URL {
        URL(fileURLWithPath: fixture.streamFolder + "/" + RecordNames.sealed(number))
    }

    private static func faults(_ fixture: RecordFixture) throws -> [RecordFinding] {
        try #require(try fixture.verification().streams.first).faults
    }

    @Test func everyFlippedBitIsFound() throws {
        let fixture = try Self.record()
        let url = Self.path(fixture, 3)
        let bytes = try Data(contentsOf: url)
        for place in stride(from: 0, to: bytes.count, by: 101) {
            var changed = bytes
            changed[place] ^= 1 << (place % 8)
            try changed.write(to: url)
            let faults = try Self.faults(fixture)
            #expect(faults.contains { $0.segment == 3 }, "byte \(place)")
        }
        try bytes.write(to: url)
        #expect(try Self.faults(fixture) == [])
    }

    /// A cut segment that is named as one that is being written is no way around the chain.
    @Test func aSegmentThatIsNotSealedAndFollowedByOthersIsFound() throws {
        let fixture = try Self.record()
        let url = Self.path(fixture, 2)
        let bytes = try Data(contentsOf: url)
        let open = url.deletingPathExtension().appendingPathExtension("open")
        try bytes.prefix(bytes.count / 2).write(to: open)
        try FileManager.default.removeItem(at: url)
        #expect(try Self.faults(fixture).first?.segment == 2)
    }

    @Test func everyCutIsFound() throws {
        let fixture = try Self.record()
        let url = Self.path(fixture, 2)
        let bytes = try Data(contentsOf: url)
        for count in stride(from: 0, to: bytes.count, by: 97) {
            try bytes.prefix(count).write(to: url)
            let faults = try Self.faults(fixture)
            #expect(faults.contains { $0.segment == 2 }, "\(count) bytes")
        }
    }

    @Test func aFrameThatIsGoneOrMovedIsFound() throws {
        let fixture = try Self.record()
        let url = Self.path(fixture, 2)
        let bytes = try Data(contentsOf: url)
        let frames = try fixture.contents().map(\.frame).filter {
            $0.segment.hasSuffix("2.segment") && $0.type == .decisions
        }
        let (first, second) = (frames[3], frames[4])
        let place = first.offset..<second.offset + second.bytes.count
        var without = bytes
        without.removeSubrange(first.offset..<second.offset)
        try without.write(to: url)
        let gone = try #require(try Self.faults(fixture).first)
        #expect(gone.offset == first.offset && gone.sequence == second.sequence)
        var swapped = bytes
        swapped.replaceSubrange(place, with: Array(second.bytes) + Array(first.bytes))
        try swapped.write(to: url)
        #expect(try Self.faults(fixture).first?.offset == first.offset)
    }

    @Test func segmentsThatAreMissingOrSwappedAreFound() throws {
        let fixture = try Self.record()
        let files = FileManager.default
        let (two, three) = (Self.path(fixture, 2), Self.path(fixture, 3))
        let aside = URL(fileURLWithPath: fixture.temporary.path("aside"))
        try files.moveItem(at: two, to: aside)
        #expect(
            try Self.faults(fixture).map(\.sentence) == ["the segment 2 is missing"]
        )
        try files.moveItem(at: three, to: two)
        try files.moveItem(at: aside, to: three)
        let sentences = try Self.faults(fixture).map(\.sentence)
        #expect(sentences.contains("the segment has the number 3"))
        #expect(sentences.contains("the segment has the number 2"))
    }

    /// Who can write to the place can make checksums right again, but not the chain after it.
    @Test func aSegmentThatWasWrittenAgainBreaksTheChain() throws {
        let fixture = try Self.record()
        let other = try RecordFixture()
        for run in 0..<2 {
            let recorder = try other.open()
            let context = try recorder.register(.applications("\(run)"))
            for number in 0..<40 { try recorder.appendOne(context, id: "\(run)-\(number)x") }
            recorder.stop()
        }
        let url = Self.path(fixture, 1)
        try FileManager.default.removeItem(at: url)
        try FileManager.default.copyItem(at: Self.path(other, 1), to: url)
        let faults = try Self.faults(fixture)
        #expect(faults.map(\.segment) == [2])
        #expect(try #require(faults.first).sentence.contains("does not follow the one before it"))
    }

    /// A whole new chain, or a chain without its end, is found by who has noted a digest.
    @Test func headsThatWereNotedFindAWholeNewChainAndACutOne() throws {
        let fixture = try Self.record()
        let heads = fixture.events.heads
        #expect(heads.map(\.segment) == [1, 2, 3, 4, 5])
        try FileManager.default.removeItem(at: Self.path(fixture, 5))
        #expect(try fixture.verification().isSound)
        #expect(try !fixture.verification(heads: heads).isSound)
        let other = try Self.record()
        let stream = try #require(try other.verification(heads: [heads[2]]).streams.first)
        // The headers say when they were written, which the digests are over.
        #expect(stream.faults.map(\.segment).contains(3))
    }

    @Test func aRecordMayBeginLaterAndSaysSo() throws {
        let fixture = try Self.record()
        try FileManager.default.removeItem(at: Self.path(fixture, 1))
        let stream = try #require(try fixture.verification().streams.first)
        #expect(stream.isSound && stream.first == 2)
        #expect(stream.notes.map(\.sentence) == ["the record begins at this segment"])
    }

    @Test func aSegmentOfAnotherReleaseOrKindIsRefused() throws {
        let fixture = try Self.record()
        let url = Self.path(fixture, 1)
        var bytes = try Data(contentsOf: url)
        bytes[8] = 2
        try bytes.write(to: url)
        #expect(try Self.faults(fixture).first?.sentence.contains("newer release") == true)
        try Data("something else entirely".utf8).write(to: url)
        #expect(try Self.faults(fixture).first?.sentence.contains("is not a segment") == true)
    }

    @Test func anOpenSegmentIsReadUpToItsLastWholeFrame() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        for number in 0..<10 { try recorder.appendOne(context, id: "\(number)") }
        #expect(eventually { recorder.state.ringBytes == 0 })
        let stream = try #require(try fixture.verification().streams.first)
        #expect(stream.isSound && stream.counts.rows == 10 && stream.head == nil)
        #expect(stream.notes.map(\.sentence) == ["the segment is not sealed yet"])
        recorder.stop()
    }
}
