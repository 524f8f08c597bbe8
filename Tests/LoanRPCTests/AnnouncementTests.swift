// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import LoanRPC
import Machine
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct AnnouncementTests {
    private static func batch(_ rowCount: Int) -> [UInt8] {
        PredictRequest(
            model: "m",
            rows: .applications(ApplicationColumns(rowCount: rowCount))
        ).encoded()
    }

    /// What a server decides about bytes that arrive in pieces; it refuses what is announced on
    /// these streams.
    private func events(
        _ bytes: [UInt8],
        cuts: [Int] = [],
        refusing refused: Set<UInt32> = []
    ) -> [String] {
        var events: [String] = []
        decide(bytes, cuts: cuts) { action, connection in
            switch action {
            case .announced(let call):
                events.append("announced \(call.stream)")
                if refused.contains(call.stream) { connection.refuseAnnounced() }
            case .start(let call): events.append("start \(call.stream)")
            case .pong: events.append("pong")
            case .fail(let goAway): events.append(goAway.reason)
            default: break
            }
        }
        return events
    }

    private static let session =
        Wire.greeting() + Wire.request(.predict, stream: 1, batch(600))
        + Wire.request(.predict, stream: 3, batch(1_000))
        + Wire.frame(7, [1, 2, 3, 4, 5, 6, 7, 8]) + Wire.request(.predict, stream: 5, batch(600))

    @Test func aRefusedPayloadIsDroppedHoweverItIsCut() {
        let whole = ["announced 1", "start 1", "announced 3", "pong", "announced 5", "start 5"]
        #expect(events(Self.session, refusing: [3]) == whole)
        for cut in stride(from: 1, to: Self.session.count, by: 37) {
            #expect(events(Self.session, cuts: [cut], refusing: [3]) == whole)
        }
        var random = SeededGenerator(seed: 1)
        for _ in 0..<100 {
            let cuts = (0..<9).map { _ in Int.random(in: 0...Self.session.count, using: &random) }
            #expect(events(Self.session, cuts: cuts.sorted(), refusing: [3]) == whole)
        }
    }

    @Test func onlyLongPredictionsAreAnnounced() {
        let long = Self.batch(600)
        #expect(events(Wire.greeting() + Wire.request(.predict, Self.batch(100))) == ["start 1"])
        #expect(events(Wire.greeting() + Wire.request(.ping, long)) == ["start 1"])
        #expect(
            events(Wire.greeting() + Wire.request(.predictStream, endsStream: false, long))
                == ["start 1"]
        )
        // Even streams and those that are not above the last one end the connection.
        let even = events(Wire.greeting() + Wire.request(.predict, stream: 2, long))
        #expect(even == ["stream 2 is even or not above 0"])
        let again = Wire.request(.predict, stream: 3, long)
        #expect(
            events(Wire.greeting() + again + again, refusing: [3])
                == ["announced 3", "stream 3 is even or not above 3"]
        )
    }

    @Test func aRefusedPayloadMustComeInTime() {
        var connection = unheardConnection()
        let start = MonotonicTime(nanoseconds: 0)
        var bytes = Wire.greeting() + Wire.request(.predict, Self.batch(60_000)).prefix(1_000)
        while !bytes.isEmpty {
            let (consumed, action) = connection.next(in: unsafe bytes.span.bytes, now: start)
            bytes.removeFirst(consumed)
            if case .announced = action { connection.refuseAnnounced() }
        }
        let bytesToSkip = connection.bytesToSkip
        #expect(bytesToSkip > 1 << 20)
        // The bytes that came have earned less than a tenth of a second.
        let timeout = connection.nextTimeout()
        let late = start.advanced(by: .milliseconds(5_100))
        #expect(timeout < late)
        let actions = connection.expire(now: late).map { "\($0)" }
        #expect(actions.count == 1 && actions.first?.contains("slowFrame") == true)
    }

    @Test func theFirstBytesShowTheRows() {
        func rows(_ prefix: [UInt8]) -> Int? {
            unsafe PredictMessage.announcedRows(in: prefix.span.bytes)
        }
        #expect(rows(Array(Self.batch(60_000).prefix(160))) == 60_000)
        #expect(rows([0x82, 0x01, 0x7F, 0x00]) == nil)
        #expect(rows([]) == nil)
    }

    @Test("P4: a call that finds no room is answered before its rows have come")
    func aCallThatFindsNoRoomIsAnsweredBeforeItsRowsHaveCome() async throws {
        let configuration = RPCServerConfiguration()
        configuration.memory.set(.short)
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            let call = Wire.request(.predict, stream: 1, Self.batch(60_000))
            client.send(Wire.greeting() + call.prefix(300))
            let end = client.frames { $0.header.type == .end }.last
            #expect(end?.header.stream == 1)
            #expect(end?.status?.code == .resourceExhausted)
            #expect(end?.status?.isNotStarted == true)
            // The rest is dropped, and the connection goes on.
            client.send(Array(call.dropFirst(300)) + Wire.request(.predict, stream: 3, Wire.oneRow))
            let next = client.frames { $0.header.type == .end }.last
            #expect(next?.header.stream == 3)
            #expect(next?.status?.code == .ok)
            #expect(server.bytesInFlight == 0)
        }
    }

    /// Threads that have no idle moment are what makes connections read their sockets themselves.
    @Test("P4: an overload is answered call by call, whatever the pieces it comes in")
    func anOverloadIsAnsweredCallByCall() async throws {
        var model = FakeModel()
        model.onBatch = { _, _ in Thread.sleep(forTimeInterval: 0.003) }
        try await withServer(model: model) { server in
            let clients = try (0..<4).map { _ in try RawClient(port: server.port, patience: 20_000)
            }
            let streams = (0..<400).map { UInt32(2 * $0 + 1) }
            for (index, client) in clients.enumerated() {
                let sender = client.sender
                client.send(Wire.greeting())
                Thread.detachNewThread {
                    var random = SeededGenerator(seed: UInt64(index))
                    for stream in streams {
                        // Small ones among them, and every call in pieces.
                        let rows = stream % 10 == 1 ? 3 : 600 + Int(stream)
                        let call = Wire.request(.predict, stream: stream, Self.batch(rows))
                        let cut = Int.random(in: 0...call.count, using: &random)
                        sender.send(Array(call[..<cut]))
                        if stream % 8 == 1 { Thread.sleep(forTimeInterval: 0.004) }
                        sender.send(Array(call[cut...]))
                    }
                }
            }
            for client in clients {
                var statuses: [UInt32: RPCStatus] = [:]
                while statuses.count < streams.count, let frame = client.nextFrame() {
                    guard let status = frame.status else { continue }
                    #expect(statuses.updateValue(status, forKey: frame.header.stream) == nil)
                }
                #expect(statuses.keys.sorted() == streams)
                #expect(
                    statuses.allSatisfy { stream, status in
                        status.code == .ok
                            || (status.code == .resourceExhausted && status.isNotStarted
                                && stream % 10 != 1)
                    }
                )
                #expect(statuses.values.contains { $0.code == .ok })
            }
            // The channel reads again, and sees the end.
            clients[0].send(Wire.request(.predict, stream: 999, Wire.oneRow))
            clients[0].finishSending()
            let rest = clients[0].frames { _ in false }
            #expect(rest.map(\.header.stream) == [999])
            #expect(try await keepsNothing(server))
        }
    }
}
