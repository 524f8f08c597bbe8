// SPDX-License-Identifier: Apache-2.0
//
// One well-formed client that asks for more than there is room for. It reads and writes at once, on
// threads that are not those of asynchronous tests.

import Foundation
import LoanRPC
import TestSupport
import Testing

@Suite(.serialized) struct FloodTests {
    @Test("W52: 64 largest batches at once are bounded")
    func sixtyFourLargestBatchesAtOnceAreBounded() async throws {
        let configuration = RPCServerConfiguration()
        let limits = configuration.limits
        let rowCount = limits.rowsMax
        let message = PredictRequest(
            model: "m",
            rows: .applications(ApplicationColumns(rowCount: rowCount))
        ).encoded()
        // The first batch is not done before half of the calls have an answer.
        let mayEnd = StopFlag()
        var model = FakeModel()
        model.onBatch = { _, _ in
            let limit = ContinuousClock.now + .seconds(60)
            while !mayEnd.isRaised, ContinuousClock.now < limit {
                Thread.sleep(forTimeInterval: 0.001)
            }
        }
        try await withServer(configuration, model: model) { server in
            let client = try RawClient(port: server.port, patience: 60_000)
            let output = client.sender
            client.send(Wire.greeting())
            Thread.detachNewThread {
                for stream in 0..<64 {
                    output.send(Wire.request(.predict, stream: UInt32(2 * stream + 1), message))
                }
            }
            var statuses: [UInt32: RPCStatus] = [:]
            var kept = 0
            while statuses.count < 64, let frame = client.nextFrame() {
                kept = max(kept, server.bytesInFlight)
                if statuses.count == 31 { mayEnd.raise() }
                guard let status = frame.status else { continue }
                #expect(statuses.updateValue(status, forKey: frame.header.stream) == nil)
                if status.code == .ok { #expect(frame.payload.count > 5 * rowCount) }
            }
            #expect(statuses.count == 64)
            #expect(kept <= limits.connectionBytesInFlightMax)
            #expect(statuses.values.contains { $0.code == .ok })
            #expect(statuses.values.contains { $0.code == .resourceExhausted })
            // Where scoring is slow, the deadline of a call would pass before its turn.
            let refusals: [StatusCode] = [.resourceExhausted, .deadlineExceeded]
            for status in statuses.values where status.code != .ok {
                #expect(refusals.contains(status.code) && status.isNotStarted, "\(status)")
            }
            #expect(try await keepsNothing(server))
        }
    }

    @Test("W59: 10,000 pipelined requests are each answered once")
    func tenThousandPipelinedRequestsAreEachAnsweredOnce() async throws {
        try await withServer { server in
            // Made before there is a connection, which must not be silent for long.
            let streams = (0..<10_000).map { UInt32(2 * $0 + 1) }
            let requests = streams.flatMap { Wire.request(.predict, stream: $0, Wire.oneRow) }
            let client = try RawClient(port: server.port, patience: 60_000)
            let output = client.sender
            client.send(Wire.greeting())
            Thread.detachNewThread { output.send(requests) }
            var answered: [UInt32] = []
            while answered.count < streams.count, let frame = client.nextFrame() {
                guard let status = frame.status else { continue }
                answered.append(frame.header.stream)
                #expect(
                    status.code == .ok
                        || (status.code == .resourceExhausted && status.isNotStarted)
                )
            }
            #expect(answered.sorted() == streams)
            #expect(try await keepsNothing(server))
        }
    }

    @Test("W59: the batches of a stream are answered in their order")
    func theBatchesOfAStreamAreAnsweredInTheirOrder() async throws {
        try await withServer { server in
            let client = try RawClient(port: server.port, patience: 60_000)
            // Small ones are scored at once and large ones on the pool: the order stays.
            let counts = (0..<1_000).map { $0 % 50 == 7 ? 600 : 1 + $0 % 5 }
            let batches = counts.flatMap { count in
                let columns = ApplicationColumns(rowCount: count)
                let request = PredictRequest(model: "m", rows: .applications(columns))
                return Wire.frame(3, stream: 1, request.encoded())
            }
            let output = client.sender
            client.send(Wire.greeting())
            Thread.detachNewThread {
                output.send(
                    Wire.request(.predictStream, endsStream: false) + batches
                        + Wire.frame(3, flags: 1, stream: 1)
                )
            }
            let frames = client.frames { $0.header.type == .end }
            let rows = try frames.filter { $0.header.type == .data }.map { frame in
                try PredictResponse(walking: unsafe frame.payload.span.bytes).labels.count
            }
            #expect(rows == counts)
            #expect(frames.last?.status?.code == .ok)
        }
    }

    /// A full socket takes a part of what is sent; the rest must not be passed by what comes later.
    @Test("W64: what a slow reader has not read comes whole and in order")
    func whatASlowReaderHasNotReadComesWholeAndInOrder() async throws {
        var configuration = RPCServerConfiguration()
        // All of them may be open at a time: how many are is a matter of what is read at once.
        configuration.limits.streamsMax = 12_000
        // What the server does not read while it cannot write is not late.
        configuration.limits.frameSlowTime = .seconds(1)
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port, patience: 60_000)
            let messages = (0..<12_000).map { index in
                [10, 0xD0, 0x0F] + [UInt8](repeating: UInt8(index % 251), count: 2000)
            }
            let output = client.sender
            client.send(Wire.greeting())
            Thread.detachNewThread {
                for (index, message) in messages.enumerated() {
                    output.send(Wire.request(.ping, stream: UInt32(2 * index + 1), message))
                }
            }
            // Longer than it takes to fill the buffers of both sockets, and than a frame may take.
            try await Task.sleep(for: .seconds(2))
            for (index, message) in messages.enumerated() {
                var end = client.nextFrame()
                while let frame = end, frame.header.type != .end { end = client.nextFrame() }
                try #require(end?.header.stream == UInt32(2 * index + 1))
                try #require(end?.payload.suffix(message.count).elementsEqual(message) == true)
            }
        }
    }

    @Test("W35: a million duplicate fields are refused in every message")
    func aMillionDuplicateFieldsAreRefusedInEveryMessage() async throws {
        try await withServer { server in
            let client = try RawClient(port: server.port, patience: 60_000)
            let fields = (0..<1_000_000).flatMap { _ in [24, 1] as [UInt8] }
            let output = client.sender
            let methods: [LoanRPC.Method] = [.ping, .predict]
            client.send(Wire.greeting())
            Thread.detachNewThread {
                for (index, method) in methods.enumerated() {
                    output.send(Wire.request(method, stream: UInt32(2 * index + 1), fields))
                }
            }
            for _ in methods {
                let end = client.frames { $0.header.type == .end }.last
                #expect(end?.status?.code == .resourceExhausted)
            }
        }
    }
}
