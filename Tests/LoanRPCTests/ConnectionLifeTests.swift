// SPDX-License-Identifier: Apache-2.0

import Access
import Admission
import Foundation
import LoanRPC
import NIOPosix
import Synchronization
import TestSupport
import Testing

@Suite(.serialized) struct ConnectionLifeTests {
    @Test("W64: a peer that never reads is closed and others are served")
    func aPeerThatNeverReadsIsClosedAndOthersAreServed() async throws {
        var configuration = RPCServerConfiguration()
        configuration.limits.unsentBytesMax = 64 << 10
        configuration.limits.unsentStallTime = .milliseconds(300)
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting())
            let payload = [UInt8](repeating: 7, count: 2000)
            let message = [10, 0xD0, 0x0F] + payload
            // Sending blocks when the server stops reading, and fails when it closes.
            let output = client.sender
            let sender = Task.detached {
                var stream: UInt32 = 1
                while output.send(Wire.request(.ping, stream: stream, message)) { stream += 2 }
                return stream
            }
            try await withClient(server) { other in
                for _ in 0..<20 { _ = try await other.ping(payload) }
            }
            #expect(await sender.value > 1)
            withExtendedLifetime(client) {}
        }
    }

    @Test("W77: a silent peer is pinged and then closed") func aSilentPeerIsPingedAndThenClosed()
        async throws
    {
        var configuration = RPCServerConfiguration()
        configuration.limits.keepaliveInterval = .milliseconds(100)
        configuration.limits.keepaliveTimeout = .milliseconds(100)
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting())
            let frames = client.frames { _ in false }
            #expect(frames.map(\.header.type) == [.hello, .ping])
        }
    }

    @Test(
        "W78: a request that races GOAWAY is refused as not started, calls before it are answered"
    ) func anOldConnectionIsAskedToEndAndItsCallsAreAnswered() async throws {
        var configuration = RPCServerConfiguration()
        configuration.limits.connectionAgeMax = .milliseconds(100)
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting() + Wire.request(.predictStream, endsStream: false))
            let goAway = client.frames { $0.header.type == .goAway }.last?.goAway
            #expect(goAway?.code == .ok)
            #expect(goAway?.lastStream == 1)
            // A request that races the GOAWAY is refused and may be sent elsewhere.
            client.send(Wire.request(.predict, stream: 3, Wire.oneRow))
            client.send(Wire.frame(3, flags: 1, stream: 1, Wire.oneRow))
            let rest = client.frames { _ in false }
            let statuses = Dictionary(
                rest.compactMap { frame in frame.status.map { (frame.header.stream, $0) } },
                uniquingKeysWith: { first, _ in first }
            )
            #expect(statuses[3]?.code == .unavailable)
            #expect(statuses[3]?.isNotStarted == true)
            #expect(statuses[1]?.code == .ok)
            #expect(rest.contains { $0.header.type == .data })
        }
    }

    @Test func aClientMovesOnWhenItsConnectionAges() async throws {
        var configuration = RPCServerConfiguration()
        // Long compared with a stalled machine's pauses, so that a call meets an end of age once, not
        // as often as a client tries again.
        configuration.limits.connectionAgeMax = .milliseconds(250)
        try await withServer(configuration) { server in
            try await withClient(server) { client in
                let end = ContinuousClock.now + .milliseconds(1_200)
                while ContinuousClock.now < end { _ = try await client.ping() }
            }
        }
    }

    @Test("W63: cancelling stops the work") func cancellingStopsTheWorkWithin20Milliseconds()
        async throws
    {
        let began = AsyncStream.makeStream(of: Void.self)
        let stoppedAfter = AsyncStream.makeStream(of: Duration.self)
        var model = FakeModel()
        model.onBatch = { batch, stop throws(RPCStatus) in
            guard batch.rowCount > 512 else { return }
            began.continuation.yield()
            let limit = ContinuousClock.now + .seconds(5)
            // One block of work a round.
            while ContinuousClock.now < limit {
                if let status = stop.status {
                    stoppedAfter.continuation.yield(ContinuousClock.now - Clock.cancelled)
                    throw status
                }
            }
        }
        try await withServer(model: model) { server in
            try await withClient(server) { client in
                let call = Task {
                    try await client.predict(
                        PredictRequest(
                            model: "m",
                            rows: .applications(ApplicationColumns(rowCount: 60_000))
                        )
                    )
                }
                for await _ in began.stream { break }
                Clock.note()
                call.cancel()
                for await time in stoppedAfter.stream {
                    #expect(time < .milliseconds(120))
                    break
                }
                await #expect(throws: RPCStatus.self) { try await call.value }
            }
            #expect(try await keepsNothing(server))
        }
    }

    @Test("W68: a deadline stops running work") func aDeadlineStopsRunningWork() async throws {
        var model = FakeModel()
        model.onBatch = { batch, stop throws(RPCStatus) in
            let limit = ContinuousClock.now + .seconds(5)
            while ContinuousClock.now < limit {
                if let status = stop.status { throw status }
            }
        }
        try await withServer(model: model) { server in
            let client = try RawClient(port: server.port)
            let columns = ApplicationColumns(rowCount: 600)
            let message = PredictRequest(model: "m", rows: .applications(columns)).encoded()
            let start = ContinuousClock.now
            client.send(
                Wire.greeting() + Wire.request(.predict, timeout: .milliseconds(100), message)
            )
            let end = client.frames { $0.header.type == .end }.last
            #expect(end?.status?.code == .deadlineExceeded)
            let time = ContinuousClock.now - start
            #expect(time >= .milliseconds(100))
            #expect(time < .milliseconds(400))
        }
    }

    @Test("W67: a deadline that passes in the queue starts no work")
    func aDeadlineThatPassesInTheQueueStartsNoWork() async throws {
        var configuration = RPCServerConfiguration()
        configuration.limits.admission.queueWaitMax = .seconds(100)
        var model = FakeModel()
        let batches = BatchCounter()
        model.onBatch = { batch, stop throws(RPCStatus) in
            batches.add()
            let limit = ContinuousClock.now + .seconds(20)
            while !batches.isReleased, ContinuousClock.now < limit {}
        }
        try await withServer(configuration, model: model) { server in
            let client = try RawClient(port: server.port, patience: 20_000)
            let columns = ApplicationColumns(rowCount: 600)
            let message = PredictRequest(model: "m", rows: .applications(columns)).encoded()
            client.send(
                Wire.greeting() + Wire.request(.predict, stream: 1, message)
                    + Wire.request(.predict, stream: 3, timeout: .milliseconds(100), message)
            )
            let late = client.frames { $0.header.type == .end }.last
            #expect(late?.header.stream == 3)
            #expect(late?.status?.code == .deadlineExceeded)
            batches.release()
            let first = client.frames { $0.header.type == .end }.last
            #expect(first?.header.stream == 1)
            #expect(first?.status?.code == .ok)
            #expect(try await keepsNothing(server))
            #expect(batches.count == 1)
        }
    }

    @Test("W71: resets in the middle leave nothing behind")
    func resetsInTheMiddleLeaveNothingBehind() async throws {
        try await withServer { server in
            for round in 0..<200 {
                let client = try RawClient(port: server.port)
                client.send(
                    Wire.greeting() + Wire.request(.predictStream, endsStream: false)
                        + Wire.frame(3, stream: 1, length: 1000, Array(repeating: 0, count: 500))
                )
                if round % 2 == 0 { client.reset() }
            }
            try await withClient(server) { client in
                // The server closes what was reset; a PING of another client shows it goes on.
                let end = ContinuousClock.now + .seconds(5)
                var quietPings = 0
                while quietPings < 50, ContinuousClock.now < end {
                    _ = try await client.ping()
                    quietPings = server.connectionCount > 1 ? 0 : quietPings + 1
                }
            }
            #expect(server.connectionCount <= 1)
            #expect(try await keepsNothing(server))
        }
    }

    @Test("W31: a writing token may train and a reading one may not")
    func aWritingTokenMayTrainAndAReadingOneMayNot() async throws {
        var configuration = RPCServerConfiguration()
        let tokens = TokenTable(
            [
                .init(token: Array("reader".utf8), scopes: .predict),
                .init(token: Array("writer".utf8), scopes: [.predict, .write]),
            ],
            anonymous: nil
        )
        configuration.tokens = { tokens }
        try await withServer(configuration) { server in
            for (token, code) in [
                ("reader", StatusCode.permissionDenied), ("writer", .alreadyExists),
                ("nobody", .unauthenticated),
            ] {
                try await withClient(server, configure: { $0.token = Array(token.utf8) }) {
                    client in
                    do throws(RPCStatus) {
                        _ = try await client.control(.loadModel, message: [])
                        Issue.record("\(token) was let in")
                    } catch {
                        #expect(error.code == code)
                    }
                }
            }
        }
    }

    @Test("W52: bytes in flight are bounded") func bytesInFlightAreBounded() async throws {
        var configuration = RPCServerConfiguration()
        configuration.limits.connectionBytesInFlightMax = 1 << 20
        configuration.limits.admission.queueLengthMax = 1000
        configuration.limits.admission.queueWaitMax = .seconds(100)
        let columns = ApplicationColumns(rowCount: 10_000)
        let message = PredictRequest(model: "m", rows: .applications(columns)).encoded()
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            let requests = (0..<40).flatMap {
                Wire.request(.predict, stream: UInt32(2 * $0 + 1), message)
            }
            let output = client.sender
            let (sends, sent) = AsyncStream.makeStream(of: Bool.self)
            // On a thread of its own: those that tests share may all wait for a server.
            Thread.detachNewThread {
                sent.yield(output.send(Wire.greeting() + requests))
                sent.finish()
            }
            var statuses: [RPCStatus] = []
            while statuses.count < 40, let frame = client.nextFrame() {
                if let status = frame.status { statuses.append(status) }
            }
            for await isSent in sends { #expect(isSent) }
            #expect(statuses.count == 40)
            #expect(statuses.contains { $0.code == .ok })
            for status in statuses where status.code != .ok {
                #expect(status.code == .resourceExhausted)
                #expect(status.isNotStarted)
            }
            #expect(try await keepsNothing(server))
        }
    }
}

/// When a test has canceled its call.
private enum Clock {
    private static let time = Mutex(ContinuousClock.now)

    static func note() { time.withLock { $0 = .now } }
    static var cancelled: ContinuousClock.Instant { time.withLock { $0 } }
}

/// Batches that a model was given, all of which wait until they are released.
private final class BatchCounter: Sendable {
    private let batches = Atomic(0)
    private let released = Atomic(false)

    func add() { batches.add(1, ordering: .relaxed) }
    func release() { released.store(true, ordering: .relaxed) }
    var count: Int { batches.load(ordering: .relaxed) }
    var isReleased: Bool { released.load(ordering: .relaxed) }
}
