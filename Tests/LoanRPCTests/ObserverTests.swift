// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import Synchronization
import TestSupport
import Testing

/// What a server reports to an observer.
@Suite struct ObserverTests {
    private static let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

    @Test func everyCallIsReportedOnceAtItsBeginningAndAtItsEnd() async throws {
        let observer = Notes()
        var configuration = RPCServerConfiguration()
        configuration.observer = observer
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(
                Wire.greeting() + Wire.request(.ping, stream: 1)
                    + Wire.request(.predict, stream: 3, Wire.oneRow)
                    + Wire.request(.predict, stream: 5, Wire.oneRow)
                    + Wire.request(.predict, stream: 7, [])
            )
            _ = client.frames { $0.header.type == .end && $0.header.stream == 7 }
            #expect(observer.all.began == [.ping, .predict, .predict, .predict])
            #expect(observer.all.answers[.ok] == 3)
            #expect(observer.all.answers[.invalidArgument] == 1)
            #expect(observer.all.traces.isEmpty)
        }
    }

    @Test func aPredictionWithATraceIsReportedWhenItHasEnded() async throws {
        let observer = Notes()
        var configuration = RPCServerConfiguration()
        configuration.observer = observer
        let head = RequestHead(method: .predict, traceparent: Self.traceparent).encoded()
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(Wire.greeting() + Wire.request(head: head, stream: 1, Wire.oneRow))
            _ = client.frames { $0.header.type == .end && $0.header.stream == 1 }
            #expect(observer.all.traces == [Self.traceparent])
        }
    }

    @Test func aControlCallRunsInsideWhatIsPutAroundIt() async throws {
        let observer = Notes()
        var configuration = RPCServerConfiguration()
        configuration.aroundControl = { call, work in
            observer.traced("before \(call.method)")
            await work()
            observer.traced("after \(call.method)")
        }
        try await withServer(configuration) { server in
            // A client that does not block a thread of the runtime, which the call needs.
            try await withClient(server) { client in
                let answer = try await client.control(.modelStatus, message: [1])
                #expect(answer == [1])
            }
            let end = ContinuousClock.now + .seconds(30)
            while observer.all.traces.count < 2, ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(observer.all.traces == ["before modelStatus", "after modelStatus"])
        }
    }

    @Test func shortMemoryShedsLargeBatchesAndReliefEndsIdleConnections() async throws {
        let observer = Notes()
        var configuration = RPCServerConfiguration()
        configuration.observer = observer
        configuration.memory.set(.short)
        let large = PredictRequest(
            model: "m",
            rows: .applications(ApplicationColumns(rowCount: 5_000))
        ).encoded()
        try await withServer(configuration) { server in
            let client = try RawClient(port: server.port)
            client.send(
                Wire.greeting() + Wire.request(.predict, stream: 1, large)
                    + Wire.request(.predict, stream: 3, Wire.oneRow)
            )
            _ = client.frames { $0.header.type == .end && $0.header.stream == 3 }
            #expect(observer.all.answers[.resourceExhausted] == 1)
            #expect(observer.all.sheds == [.memory])
            #expect(observer.all.answers[.ok] == 1)
            server.closeIdle()
            let frames = client.frames { _ in false }
            #expect(frames.contains { $0.header.type == .goAway })
        }
    }

    /// Keeps every report.
    private final class Notes: RPCObserver {
        struct All {
            var began: [LoanRPC.Method] = []
            var answers: [StatusCode: Int] = [:]
            var sheds: [ShedReason] = []
            var traces: [String] = []
        }

        private let notes = Mutex(All())

        var all: All { notes.withLock { $0 } }

        func began(_ method: LoanRPC.Method) { notes.withLock { $0.began.append(method) } }

        func answered(_ code: StatusCode, calls: Int) {
            notes.withLock { $0.answers[code, default: 0] += calls }
        }

        func shed(_ reason: ShedReason) { notes.withLock { $0.sheds.append(reason) } }

        func closed(_ reason: CloseReason) {}

        func ended(_ call: TracedCall) { traced(call.traceparent) }

        func traced(_ traceparent: String) { notes.withLock { $0.traces.append(traceparent) } }
    }
}
