// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import TestSupport
import Testing

/// The format stays as its page says, for readers of other kinds and of later releases.
@Suite struct FormatTests {
    private static let fixture = PythonOracle.repository
        .appendingPathComponent("Tests/Fixtures/record/frames")

    /// What a frame says, without its times and digests.
    private static func words(_ place: RecordPlace) throws -> [String] {
        var words: [String] = []
        for segment in try place.segments(of: "server-1") {
            try place.read(segment) { frame throws(RecordReadError) in
                words.append("\(frame.sequence) \(frame.flags) \(try describe(frame.content()))")
                return true
            }
        }
        return words
    }

    private static func describe(_ content: RecordContent) throws(RecordReadError) -> String {
        switch content {
        case .header(let header): "\(header.segment) \(header.stream) \(header.build)"
        case .context(let number, let context): "\(number) \(context)"
        case .decisions(let decisions):
            "\(decisions.head) \(Array(decisions.id)) \(decisions.numbers.map(\.bitPattern)) "
                + "\(Array(decisions.codes)) \(Array(decisions.margins)) "
                + "\(Array(decisions.values)) \(Array(decisions.calibrated)) "
                + "\(Array(decisions.points)) \(Array(decisions.bands)) "
                + "\(Array(decisions.outcomes)) \(Array(decisions.rules)) "
                + "\(try decisions.unknownTexts()) \(String(describing: try decisions.reasons()))"
        case .gap(let gap): "\(gap)"
        case .outcomes(let outcomes): "\(outcomes)"
        case .shadow(let shadow): "\(shadow)"
        case .footer(let footer):
            "\(footer.counts.rows) \(footer.nextSequence) \(footer.nextEntry) "
                + "\(footer.nextContext)"
        case .unknown(let type): "unknown \(type)"
        }
    }

    /// A record that an earlier release wrote reads as today's does.
    @Test func theFixtureOfTheFormatIsReadAndIsSound() throws {
        let place = RecordPlace(folder: Self.fixture.path)
        let digest =
            "156dec23ac4d4027d75d8d681692214a"
            + "73166f0ea9ab295f31cad36f256303a1"
        let bytes = stride(from: 0, to: digest.utf8.count, by: 2).compactMap {
            UInt8(digest.dropFirst($0).prefix(2), radix: 16)
        }
        let head = RecordHead(stream: "server-1", segment: 1, digest: bytes)
        let verification = try RecordVerification.of(place, heads: [head])
        #expect(verification.isSound, "\(verification)")
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        try RecordSample.append(to: recorder)
        recorder.stop()
        #expect(try Self.words(place) == Self.words(fixture.place))
    }

    /// Tests/Python/read_record.py knows nothing but proto/RECORD.md and record.proto.
    @Test(.enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
    func aReaderByThePageReadsEverything() throws {
        let fixture = try RecordFixture()
        for _ in 0..<2 {
            let recorder = try fixture.open()
            try RecordSample.append(to: recorder)
            recorder.stop()
        }
        let output = try PythonOracle.run("read_record.py", [fixture.streamFolder])
        let lines = output.split(separator: UInt8(ascii: "\n"))
        var kinds: [String] = []
        var decisions: [[String: Any]] = []
        for line in lines {
            let object = try JSONSerialization.jsonObject(with: line)
            let members = try #require(object as? [String: Any])
            let kind = try #require(members.keys.first { $0 != "frame" && $0 != "flags" })
            kinds.append(kind)
            guard kind == "Decisions" else { continue }
            decisions.append(try #require(members[kind] as? [String: Any]))
        }
        let one = [
            "SegmentHeader", "Context", "Decisions", "Decisions", "Context", "Shadow", "Outcomes",
            "Gap", "SegmentFooter",
        ]
        #expect(kinds == one + one)
        let numbers = try #require(decisions[1]["numbers"] as? String)
        let bytes = try #require(Data(base64Encoded: numbers))
        let expected: [Float] = [42, 17.25, .nan, -0.0]
        let column = RecordColumn<Float>(bytes: Array(bytes)[...])
        #expect(column.map(\.bitPattern) == expected.map(\.bitPattern))
        let points = try #require(decisions[1]["points"] as? String)
        #expect(Data(base64Encoded: points) == Data([88, 2, 0, 0, 249, 255, 255, 255]))
        let reasons = try #require(decisions[1]["reasons"] as? [String: Any])
        #expect(reasons["unit"] as? Double == 0.25)
        // What is not part of an answer is absent.
        #expect(decisions[0]["points"] == nil && decisions[0]["reasons"] == nil)
    }
}
