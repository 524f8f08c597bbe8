// SPDX-License-Identifier: Apache-2.0
//
// Client and server as pure machines, joined by a simulated network that delays, splits and cuts,
// in an order that a seed decides.

import Access
import Admission
import LoanRPC
import Machine
import NIOCore
import Protobuf
import TestSupport
import Testing

private struct Simulation: ~Copyable {
    private var random: SeededGenerator
    private var now = MonotonicTime(nanoseconds: 0)
    private let limits: RPCLimits
    private var client: ClientConnection
    private var server: ServerConnection
    private var toServer: [UInt8] = Wire.greeting()
    private var toClient: [UInt8] = []
    private var atServer: [UInt8] = []
    private var atClient: [UInt8] = []

    /// Calls by stream: how often each has ended at the client.
    private(set) var ends: [UInt32: Int] = [:]
    /// ENDs the server has sent, by stream.
    private(set) var sentEnds: [UInt32: Int] = [:]
    /// DATA frames that have arrived on either side.
    private(set) var dataFrames = 0
    private var openStreams: [UInt32] = []
    /// Work of the server: answers in DATA it wants to send, and whether its input has ended.
    private var working: [UInt32: (answers: Int, hasInputEnded: Bool)] = [:]
    /// DATA the client has received and not yet worked off.
    private var unread: [UInt32: Int] = [:]
    private(set) var failures: [String] = []
    private(set) var isCut = false

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var limits = RPCLimits()
        limits.streamsMax = 8
        limits.streamCredit = RPCLimits.streamCreditDefault
        limits.cancelsPerTenSecondsMax = 10_000
        limits.admission.predictTimeout = .seconds(5)
        self.limits = limits
        client = ClientConnection(limits: limits)
        server = ServerConnection(
            limits: limits,
            tokens: .open,
            ageMax: .seconds(Int64(30 + seed % 100)),
            now: now
        )
    }

    var serverStreams: Int { server.streamCount }
    var clientCalls: Int { client.callCount }

    mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: open()
        case 1: sendData()
        case 2: if Int.random(in: 0..<9, using: &random) == 0 { cancel() }
        case 3: readOne()
        case 4, 5: work()
        case 6: passTime(.milliseconds(Int64.random(in: 0...20, using: &random)))
        case 7, 8: deliver()
        default: if Int.random(in: 0..<800, using: &random) == 0 { cut() }
        }
    }

    /// Lets everything that is under way come to its end.
    mutating func settle() {
        for _ in 0..<200 where !isCut {
            deliver(all: true)
            for stream in working.keys.sorted() { finish(stream) }
            passTime(.milliseconds(50))
        }
        if client.callCount > 0, !isCut { passTime(.seconds(6)) }
        deliver(all: true)
        if isCut { loseAll() }
    }

    /// Streams that have not ended at the client.
    private var live: [UInt32] { openStreams.filter { ends[$0] == 0 } }

    // MARK: The client

    private mutating func open() {
        guard !isCut, let stream = client.open() else { return }
        ends[stream] = 0
        openStreams.append(stream)
        let isStream = Bool.random(using: &random)
        toServer += Wire.request(
            isStream ? .predictStream : .predict,
            stream: stream,
            timeout: .milliseconds(Int64.random(in: 1...4000, using: &random)),
            endsStream: !isStream
        )
    }

    private mutating func sendData() {
        guard !isCut, let stream = live.randomElement(using: &random) else { return }
        let count = Int.random(in: 1...300_000, using: &random)
        guard working[stream]?.hasInputEnded == false,
            client.takeSendCredit(count, of: stream)
        else { return }
        toServer += Wire.frame(3, stream: stream, Array(repeating: 0, count: count))
    }

    private mutating func cancel() {
        guard !isCut, let stream = live.randomElement(using: &random),
            client.cancel(stream)
        else { return }
        ends[stream, default: 0] += 1
        toServer += Wire.frame(6, stream: stream)
    }

    /// The slow reader works off one message.
    private mutating func readOne() {
        guard let (stream, count) = unread.first(where: { $0.value > 0 }) else { return }
        unread[stream] = 0
        if let credit = client.giveReceiveCredit(count, to: stream), !isCut {
            var frame = ByteBuffer()
            frame.writeCredit(credit, stream: stream)
            toServer += Array(frame.readableBytesView)
        }
    }

    // MARK: The server

    private mutating func work() {
        guard let stream = working.keys.sorted().randomElement(using: &random) else { return }
        let count = Int.random(in: 1...200_000, using: &random)
        if working[stream]?.answers ?? 0 > 0, server.isUnanswered(stream) {
            guard server.takeSendCredit(count, of: stream) else { return }
            toClient += Wire.frame(3, stream: stream, Array(repeating: 0, count: count))
            working[stream]?.answers -= 1
            if let credit = server.giveReceiveCredit(count, to: stream) {
                var frame = ByteBuffer()
                frame.writeCredit(credit, stream: stream)
                toClient += Array(frame.readableBytesView)
            }
        } else if working[stream]?.hasInputEnded == true || !server.isUnanswered(stream) {
            finish(stream)
        }
    }

    private mutating func finish(_ stream: UInt32) {
        working.removeValue(forKey: stream)
        guard server.finish(stream, now: now), !isCut else { return }
        sentEnds[stream, default: 0] += 1
        toClient += Wire.frame(4, flags: 1, stream: stream, [0, 0])
    }

    private mutating func passTime(_ duration: Duration) {
        now = now.advanced(by: duration)
        for action in server.expire(now: now) { perform(action) }
    }

    private mutating func perform(_ action: ServerAction) {
        var frame = ByteBuffer()
        switch action {
        case .none, .accepted, .announced, .credit: break
        case .sendHello: frame.writeFrame(.hello, stream: 0, payload: Hello().encoded())
        case .start(let call): working[call.stream] = (1, call.endsStream)
        case .message(let stream, _, let ends):
            working[stream]?.answers += 1
            dataFrames += 1
            if ends { working[stream]?.hasInputEnded = true }
        case .abort(let stream, let status), .refuse(let stream, let status):
            frame.writeEnd(status, stream: stream)
            sentEnds[stream, default: 0] += 1
        case .ping(let value): frame.writePing(.ping, value: value)
        case .pong(let value): frame.writePing(.pong, value: value)
        case .drain(let goAway): frame.writeGoAway(goAway)
        case .fail(let goAway): failures.append(goAway.reason)
        case .answerHTTP: failures.append("HTTP")
        case .close: cut()
        }
        toClient += Array(frame.readableBytesView)
    }

    // MARK: The network

    private mutating func deliver(all: Bool = false) {
        guard !isCut else { return }
        let up = all ? toServer.count : Int.random(in: 0...toServer.count, using: &random)
        atServer += toServer.prefix(up)
        toServer.removeFirst(up)
        while true {
            let bytes = atServer
            let (consumed, action) = server.next(in: unsafe bytes.span.bytes, now: now)
            perform(action)
            guard consumed > 0 else { break }
            atServer.removeFirst(min(consumed, atServer.count))
        }
        let down = all ? toClient.count : Int.random(in: 0...toClient.count, using: &random)
        atClient += toClient.prefix(down)
        toClient.removeFirst(down)
        while true {
            let bytes = atClient
            let (consumed, action) = client.next(in: unsafe bytes.span.bytes)
            perform(action)
            guard consumed > 0 else { break }
            atClient.removeFirst(consumed)
        }
    }

    private mutating func perform(_ action: ClientAction) {
        switch action {
        case .none, .hello, .credit: break
        case .data(let stream, let range):
            unread[stream, default: 0] += Int(range.count)
            dataFrames += 1
        case .end(let stream, _): ends[stream, default: 0] += 1
        case .pong(let value):
            var frame = ByteBuffer()
            frame.writePing(.pong, value: value)
            toServer += Array(frame.readableBytesView)
        case .goAway(_, let notStarted): for stream in notStarted { ends[stream, default: 0] += 1 }
        case .fail(let status): failures.append(status.description)
        }
    }

    private mutating func cut() {
        isCut = true
        toServer = []
        toClient = []
    }

    /// What the handlers do when a connection is lost.
    private mutating func loseAll() {
        for stream in openStreams where client.cancel(stream) { ends[stream, default: 0] += 1 }
        for stream in working.keys { _ = server.finish(stream, now: now) }
        working = [:]
    }
}

@Suite struct SimulationTests {
    @Test(arguments: 0..<60)
    func everyCallEndsOnceAndNothingIsKept(seed: Int) {
        var simulation = Simulation(seed: UInt64(seed))
        for _ in 0..<3000 { simulation.step() }
        simulation.settle()
        #expect(simulation.failures == [])
        #expect(simulation.ends.count > 3)
        #expect(simulation.sentEnds.values.allSatisfy { $0 == 1 })
        #expect(simulation.isCut || simulation.dataFrames > 100)
        for (stream, count) in simulation.ends { #expect(count == 1, "stream \(stream)") }
        #expect(simulation.clientCalls == 0)
        #expect(simulation.serverStreams == 0)
    }
}
