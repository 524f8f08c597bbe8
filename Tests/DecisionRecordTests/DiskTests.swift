// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import TestSupport
import Testing

/// What a record does while its disk is full, broken or slow.
@Suite struct DiskTests {
    @Test func requiredRefusesOnceTheRingIsFullAndKeepsWhatItTook() throws {
        var fixture = try RecordFixture(.required)
        let disk = FaultyDisk(failing: .write)
        fixture.disk = disk
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        // The ring may be full before the writer has looked at it for the first time.
        try recorder.appendOne(context, id: "0")
        #expect(eventually { !recorder.state.isWorking })
        var taken = 1
        var refusal: RecordRefusal?
        while refusal == nil, taken < 100_000 {
            do throws(RecordRefusal) {
                try recorder.appendOne(context, id: "\(taken)")
                taken += 1
            } catch {
                refusal = error
            }
        }
        guard case .obstacle(let sentence) = refusal else {
            Issue.record("an obstacle: \(String(describing: refusal))")
            return
        }
        #expect(sentence.contains("No space left on device"))
        #expect(recorder.state.obstacle == sentence && !recorder.state.isWorking)
        #expect(fixture.events.all.contains(.failing(sentence: sentence)))
        disk.fail(nil)
        #expect(eventually { recorder.state.ringBytes == 0 && recorder.state.isWorking })
        try recorder.appendOne(context, id: "\(taken)")
        recorder.stop()
        #expect(try fixture.ids() == (0...taken).map(String.init))
        #expect(try fixture.verification().isSound)
        #expect(fixture.events.all.contains(.works))
    }

    @Test func bestEffortDropsCountsAndSaysSoInTheRecord() throws {
        var fixture = try RecordFixture(.bestEffort)
        let disk = FaultyDisk(failing: .write)
        fixture.disk = disk
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        var dropped = 0
        for number in 0..<20_000 {
            let ticket = try recorder.appendOne(context, id: "\(number)", time: Int64(number + 1))
            if !ticket.isRecorded { dropped += 1 }
        }
        #expect(dropped > 0 && recorder.state.dropped == UInt64(dropped))
        disk.fail(nil)
        recorder.stop()
        let gaps = try fixture.gaps()
        #expect(gaps.map(\.cause) == [.noRoom])
        #expect(gaps.first?.rows == UInt64(dropped))
        #expect(gaps.first?.toMilliseconds == 20_000)
        #expect(try fixture.ids().count == 20_000 - dropped)
        #expect(try fixture.verification().isSound)
    }

    /// What was dropped is known also where the process ended before it could write it down.
    @Test func whatWasDroppedIsKnownAfterTheEndOfTheProcess() throws {
        var killed = try RecordFixture(.bestEffort)
        killed.disk = FaultyDisk(failing: .write)
        let recorder = try killed.open()
        let context = try recorder.register(.applications())
        for number in 0..<20_000 { try recorder.appendOne(context, id: "\(number)") }
        let dropped = recorder.state.dropped
        let left = try killed.copyOfNow()
        try left.open().stop()
        #expect(dropped > 0)
        #expect(try left.gaps().map(\.rows) == [dropped])
        recorder.stop()
    }

    @Test func theBoundOfTheFolderHoldsAndIsSaid() throws {
        var fixture = try RecordFixture(.required)
        fixture.configuration.segmentByteCountMax = 4 << 20
        fixture.configuration.diskByteCountMax = 16 << 20
        fixture.timing.stop = .milliseconds(50)
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let rows = 1_000
        let numbers = [Float](repeating: 1, count: 2 * rows)
        let codes = [UInt8](repeating: 1, count: rows)
        let values = [Float](repeating: 0.5, count: rows)
        let id: [UInt8] = [1]
        var refusal: RecordRefusal?
        for _ in 0..<3_000 where refusal == nil {
            do throws(RecordRefusal) {
                try recorder.append(
                    DecisionHead(
                        context: context,
                        timeMilliseconds: 1,
                        transport: .rpc,
                        rowCount: rows
                    ),
                    id: id.span,
                    numbers: numbers.span,
                    codes: codes.span,
                    margins: values.span,
                    values: values.span,
                    mayWait: true
                )
            } catch {
                refusal = error
            }
        }
        let bound = RecordError.diskBound(folder: fixture.configuration.folder, limit: 16 << 20)
        #expect(refusal == .obstacle(bound.description))
        #expect(recorder.state.diskBytes <= 16 << 20)
        recorder.stop()
    }

    @Test func writesThatTakeAPartOfTheBytesAreContinued() throws {
        var fixture = try RecordFixture()
        fixture.disk = FaultyDisk(bytesMax: 77)
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        for number in 0..<100 { try recorder.appendOne(context, id: "\(number)") }
        recorder.stop()
        #expect(try fixture.ids().count == 100)
        #expect(try fixture.verification().isSound)
    }

    /// The kernel may drop what it could not write: the file is made again, and checked.
    @Test(arguments: [RecordMode.required, .durable])
    func aSyncThatFailsLosesNothing(mode: RecordMode) throws {
        var fixture = try RecordFixture(mode)
        let disk = FaultyDisk(failing: .sync)
        fixture.disk = disk
        fixture.configuration.segmentAge = .milliseconds(20)
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        try recorder.appendOne(context, id: "a")
        #expect(eventually { recorder.state.obstacle != nil })
        if mode == .durable {
            #expect(throws: RecordRefusal.self) { try recorder.appendOne(context, id: "b") }
        }
        disk.fail(nil)
        #expect(eventually { recorder.state.sealed == 1 && recorder.state.isWorking })
        recorder.stop()
        #expect(try fixture.ids() == ["a"])
        #expect(try fixture.verification().isSound)
    }

    @Test func durableWaitsForTheDiskAndManyShareASync() throws {
        var fixture = try RecordFixture(.durable)
        let disk = FaultyDisk(delay: 20_000)
        fixture.disk = disk
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let answers = Counter()
        let began = ContinuousClock.now
        for number in 0..<200 {
            let ticket = try recorder.appendOne(context, id: "\(number)")
            recorder.whenDurable(ticket) { if $0 == nil { answers.add() } }
        }
        let last = try recorder.appendOne(context, id: "last")
        try recorder.waitUntilDurable(last)
        #expect(began.duration(to: .now) >= .milliseconds(20))
        #expect(eventually { answers.value == 200 })
        #expect(disk.syncCount < 100)
        // They are in the file as it is: a copy without the ring has them.
        let left = try fixture.copyOfNow()
        try FileManager.default.removeItem(atPath: left.streamFolder + "/ring")
        try left.open().stop()
        #expect(try left.ids().count == 201)
        recorder.stop()
    }

    @Test func aSlowDiskEndsTheWaitInTime() async throws {
        var fixture = try RecordFixture(.durable)
        let disk = FaultyDisk(delay: 300_000)
        fixture.disk = disk
        fixture.timing.durable = .milliseconds(30)
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        let ticket = try recorder.appendOne(context, id: "a")
        await #expect(throws: RecordRefusal.self) { try await recorder.durable(ticket) }
        recorder.stop()
        // It is in the record all the same: it came to the disk later.
        #expect(try fixture.ids() == ["a"])
    }

    @Test func aStoppedRecordRefuses() throws {
        let fixture = try RecordFixture()
        let recorder = try fixture.open()
        let context = try recorder.register(.applications())
        recorder.stop()
        #expect(throws: RecordRefusal.stopped) { try recorder.appendOne(context, id: "a") }
        #expect(recorder.state.refused == 1)
    }
}
