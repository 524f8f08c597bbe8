// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import TestSupport
import Testing

/// What is appended is what is read.
@Suite struct RoundTripTests {
    @Test func everyFieldOfADecisionComesBackBitForBit() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let id = Array("a-1".utf8)
        let numbers: [Float] = [42, 17.25, .nan, -0.0]
        let codes: [UInt8] = [254, 1]
        let margins: [Float] = [-1.5, .leastNonzeroMagnitude]
        let values: [Float] = [0.18, 0.5]
        let calibrated = [0.1, 0.2]
        let points: [Int32] = [600, -7]
        let (bands, outcomes): ([UInt8], [UInt8]) = ([0, 1], [2, 0])
        let rules: [UInt64] = [1, 1 << 63]
        let reasons = RecordedReasons(
            counts: [2, 0],
            features: [2, 0],
            contributions: [.max, -5],
            unit: 0.25,
            classes: [0, RecordedReasons.unexplained],
            all: [1, 2, 3, 0, 0, 0],
            baselineNumbers: [1, 2],
            baselineCodes: [0]
        )
        let unknown = UnknownText(feature: 1, row: 0, text: "Z\u{fc}rich")
        let head = DecisionHead(
            context: context,
            timeMilliseconds: 1_800_000_000_123,
            transport: .rpc,
            rowCount: 2,
            firstRow: 3,
            requestRowCount: 9
        )
        try recorder.append(
            head,
            id: id.span,
            numbers: numbers.span,
            codes: codes.span,
            unknown: [unknown],
            margins: margins.span,
            values: values.span,
            calibrated: calibrated.span,
            points: points.span,
            bands: bands.span,
            outcomes: outcomes.span,
            rules: rules.span,
            reasons: reasons
        )
        recorder.stop()
        let contents = try fixture.contents().map(\.content)
        guard case .header(let header) = contents[0],
            case .context(let number, let read) = contents[1],
            case .decisions(let decisions) = contents[2], case .footer(let footer) = contents[3]
        else {
            Issue.record("header, context, decisions, footer")
            return
        }
        #expect(header.stream == "server-1" && header.segment == 1 && header.build == "0.0.0")
        #expect(number == context && read == .applications())
        #expect(decisions.head == head)
        #expect(Array(decisions.id) == id)
        #expect(decisions.numbers.map(\.bitPattern) == numbers.map(\.bitPattern))
        #expect(Array(decisions.codes) == codes)
        #expect(Array(decisions.margins) == margins && Array(decisions.values) == values)
        #expect(Array(decisions.calibrated) == calibrated && Array(decisions.points) == points)
        #expect(Array(decisions.bands) == bands && Array(decisions.outcomes) == outcomes)
        #expect(Array(decisions.rules) == rules)
        #expect(try decisions.unknownTexts() == [unknown])
        #expect(try decisions.reasons() == reasons)
        #expect(footer.counts.rows == 2 && footer.nextSequence == 5)
        #expect(try fixture.verification().isSound)
    }

    @Test func outcomesAndShadowScoresComeBack() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let champion = try recorder.register(.applications("1"))
        let challenger = try recorder.register(.applications("2"))
        let shadow = ShadowBatch(
            champion: champion,
            challenger: challenger,
            id: Array("a".utf8),
            timeMilliseconds: 5,
            firstRow: 1,
            rowCount: 2,
            margins: [1, 2],
            values: [0.5, 0.75],
            calibrated: [0.25, 0.5],
            points: [1, -1],
            bands: [0, 1],
            outcomes: [2, 1]
        )
        let outcomes = OutcomeBatch(
            model: "risk",
            timeMilliseconds: 6,
            outcomes: [
                RecordedOutcome(
                    id: Array("a".utf8),
                    row: 1,
                    isPositive: true,
                    timeMilliseconds: 4,
                    groups: [.init(column: "loan_grade", value: "B")]
                ),
                RecordedOutcome(id: Array("b".utf8), row: 0, isPositive: false),
            ]
        )
        try recorder.append(shadow)
        try recorder.append(outcomes)
        recorder.stop()
        let contents = try fixture.contents().map(\.content)
        let shadows = contents.compactMap { content -> ShadowBatch? in
            if case .shadow(let shadow) = content { shadow } else { nil }
        }
        let reports = contents.compactMap { content -> OutcomeBatch? in
            if case .outcomes(let outcomes) = content { outcomes } else { nil }
        }
        #expect(shadows == [shadow] && reports == [outcomes])
        // Both contexts are in the segment.
        #expect(try fixture.verification().isSound)
    }

    @Test func aLargeBatchIsSeveralFramesOfTheSameId() throws {
        var fixture = try RecordFixture(segmentBytes: 8 << 20)
        fixture.configuration.ringByteCount = 4 << 20
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let count = 70_000
        let numbers = (0..<2 * count).map { Float($0) }
        let codes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let margins = (0..<count).map { -Float($0) }
        let id = Array("batch".utf8)
        try recorder.append(
            DecisionHead(
                context: context,
                timeMilliseconds: 1,
                transport: .rpc,
                rowCount: count
            ),
            id: id.span,
            numbers: numbers.span,
            codes: codes.span,
            margins: margins.span,
            values: margins.span,
            mayWait: true
        )
        recorder.stop()
        var next = 0
        for (_, content) in try fixture.contents() {
            guard case .decisions(let decisions) = content else { continue }
            let head = decisions.head
            #expect(head.firstRow == next && head.requestRowCount == count)
            #expect(head.rowCount <= RecordLimits.frameRowsMax)
            let (first, last) = (next, next + head.rowCount - 1)
            #expect(decisions.numbers[0] == Float(first))
            #expect(decisions.numbers[head.rowCount] == Float(count + first))
            #expect(decisions.numbers[2 * head.rowCount - 1] == Float(count + last))
            #expect(decisions.margins[head.rowCount - 1] == -Float(last))
            #expect(decisions.codes.last == UInt8(truncatingIfNeeded: last))
            next += head.rowCount
        }
        #expect(next == count)
        #expect(try fixture.verification().isSound)
    }

    @Test func rowsOfAWiderMatrixAreTakenWithTheirStride() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let numbers: [Float] = [0, 1, 2, 3, 10, 11, 12, 13]
        let codes: [UInt8] = [0, 1, 2, 3]
        let margins: [Float] = [5, 6]
        let id: [UInt8] = [UInt8(ascii: "x")]
        try recorder.append(
            DecisionHead(context: context, timeMilliseconds: 1, transport: .rpc, rowCount: 2),
            id: id.span,
            numbers: numbers.span,
            codes: codes.span,
            columnStride: 4,
            rowOffset: 1,
            margins: margins.span,
            values: margins.span
        )
        recorder.stop()
        for (_, content) in try fixture.contents() {
            guard case .decisions(let decisions) = content else { continue }
            #expect(Array(decisions.numbers) == [1, 2, 11, 12])
            #expect(Array(decisions.codes) == [1, 2])
            #expect(Array(decisions.margins) == margins)
        }
        #expect(try fixture.ids() == ["x"])
    }

    @Test func equalContextsHaveOneNumberAndEachSegmentHasItsOwnCopy() throws {
        let fixture = try RecordFixture(segmentBytes: 64 << 10)
        let recorder = try fixture.open()
        let first = try recorder.register(.applications("1"))
        let second = try recorder.register(.applications("2"))
        #expect(try recorder.register(.applications("1")) == first)
        #expect(first != second)
        for number in 0..<3_000 {
            let context = number.isMultiple(of: 2) ? first : second
            try recorder.appendOne(context, id: "\(number)", mayWait: true)
        }
        recorder.stop()
        let verification = try fixture.verification()
        #expect(verification.isSound)
        let stream = try #require(verification.streams.first)
        #expect(stream.segments > 2)
        #expect(stream.counts.frames[.context] == UInt64(2 * stream.segments))
        #expect(try fixture.ids() == (0..<3_000).map(String.init))
    }

    @Test func manyThreadsAppendWithoutALoss() throws {
        var fixture = try RecordFixture(segmentBytes: 256 << 10)
        fixture.timing.room = .seconds(10)
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let (threads, each) = (8, 2_000)
        let done = Counter()
        for thread in 0..<threads {
            Thread.detachNewThread {
                for number in 0..<each {
                    do {
                        try recorder.appendOne(context, id: "\(thread)-\(number)", mayWait: true)
                        done.add()
                    } catch {
                        Issue.record("\(error)")
                    }
                }
            }
        }
        #expect(eventually { done.value == threads * each })
        recorder.stop()
        let ids = try fixture.ids()
        #expect(ids.count == threads * each && Set(ids).count == ids.count)
        #expect(try fixture.verification().isSound)
        #expect(recorder.state.frames == UInt64(threads * each))
    }
}
