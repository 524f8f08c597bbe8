// SPDX-License-Identifier: Apache-2.0

import GRPCServer
import HTTPServer
import LoanLoad
import LoanRPC
import Machine
import NIOCore
import NIOPosix
import Testing

/// A run over gRPC against this program's server with answers of our own making.
@Suite struct GRPCLoadTests {
    private static let path = "/loan_default.v1.LoanDefault/Predict"
    private static let generator = LoadGenerator(group: MultiThreadedEventLoopGroup.singleton)

    /// Scores as a server does.
    private static let scoring: HTTPRouter.Handler = { call in
        let predictor = MessagePredictor(SlowModel(), limits: RPCLimits())
        do throws(RPCStatus) {
            var scoring = try predictor.scoring(
                call.body,
                arrival: .now(),
                until: StopSignal(deadline: .distantFuture)
            )
            return .now(answer(try scoring.advance(by: scoring.rowCount) ?? []))
        } catch {
            return .now(HTTPAnswer(400, body: .bytes(Array("\(error)".utf8))))
        }
    }

    private static func answer(_ message: [UInt8]) -> HTTPAnswer {
        HTTPAnswer(200, contentType: RefusalForm.messageType, body: .bytes(message))
    }

    private static func withServer(
        speaking wire: (HTTPRouter) -> HTTPListener.Wire = { router in
            .http2 { GRPCChannelHandler($0, responder: router, lane: 1) }
        },
        _ handler: HTTPRouter.Handler?,
        _ body: (HTTPListener) async throws -> LoadReport
    ) async throws -> LoadReport {
        var router = HTTPRouter()
        if let handler { router.on(.post, path, .scores(.columnMessage, .status), handler) }
        let server = try await HTTPListener.start(
            host: "127.0.0.1",
            port: 0,
            responder: router,
            speaking: wire(router),
            group: MultiThreadedEventLoopGroup.singleton
        )
        do {
            let report = try await body(server)
            await server.drain()
            return report
        } catch {
            await server.drain()
            throw error
        }
    }

    private static func configuration(
        _ server: HTTPListener,
        _ arrivals: LoadConfiguration.Arrivals = .constant(rate: 200)
    ) -> LoadConfiguration {
        configuration(server.port, arrivals)
    }

    private static func configuration(
        _ port: Int,
        _ arrivals: LoadConfiguration.Arrivals = .constant(rate: 200)
    ) -> LoadConfiguration {
        .short(port: port, arrivals) { .grpc(requests: $0) }
    }

    @Test func aClosedLoopCountsCallsAndRows() async throws {
        let report = try await Self.withServer(Self.scoring) { server in
            try await Self.generator.run(Self.configuration(server, .closed))
        }
        #expect(report.calls > 20)
        // Requests of one and three rows in turn, on two connections, some of the warm-up.
        #expect(abs(report.rows - 2 * report.calls) <= 40)
        #expect(report.errors.isEmpty)
    }

    @Test func asManyCallsAtOnceAsTheServerTakesAreAnswered() async throws {
        let report = try await Self.withServer(Self.scoring) { server in
            var configuration = Self.configuration(server, .closed)
            configuration.connections = 1
            configuration.inFlight = 1_000
            return try await Self.generator.run(configuration)
        }
        #expect(report.calls > 20)
        #expect(report.errors.isEmpty, "\(report.errors)")
    }

    @Test func theCheckCountsWrongAnswers() async throws {
        let report = try await Self.withServer(Self.scoring) { server in
            var configuration = Self.configuration(server)
            configuration.check = { index, response in
                response.probabilities.count == (index == 0 ? 1 : 3) && index == 0
            }
            return try await Self.generator.run(configuration)
        }
        #expect(report.wrongAnswers > 0)
        #expect(abs(2 * report.wrongAnswers - report.calls) <= 4)
    }

    /// How a server answers, and under which code a report has it.
    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let handler: HTTPRouter.Handler?

        init(_ code: String, _ handler: HTTPRouter.Handler?) {
            testDescription = code
            self.handler = handler
        }
    }

    @Test(arguments: [
        Refusal("UNIMPLEMENTED", nil),
        Refusal("RESOURCE_EXHAUSTED") { _ in .now(HTTPAnswer(429)) },
        Refusal("NOT_FOUND") { _ in .now(HTTPAnswer(404)) },
        Refusal("UNREADABLE_ANSWER") { _ in .now(answer([1, 2, 3])) },
        Refusal("WRONG_ROW_COUNT") { _ in .now(answer([])) },
    ])
    func failuresAreCountedByCode(_ refusal: Refusal) async throws {
        let report = try await Self.withServer(refusal.handler) { server in
            try await Self.generator.run(Self.configuration(server))
        }
        #expect(report.calls == 0)
        #expect(Set(report.errors.keys) == [refusal.testDescription])
        #expect((report.sheds > 0) == (refusal.testDescription == "RESOURCE_EXHAUSTED"))
    }

    @Test(arguments: [(0, "UNREADABLE_ANSWER"), (1, "RESOURCE_EXHAUSTED")])
    func anAnswerIsTakenUpToItsLimit(beyond: Int, code: String) async throws {
        let long = [UInt8](repeating: 0, count: 16 << 20 + beyond)
        let report = try await Self.withServer({ _ in .now(Self.answer(long)) }) { server in
            var configuration = Self.configuration(server, .constant(rate: 5))
            configuration.connections = 1
            configuration.inFlight = 1
            configuration.warmUp = .zero
            return try await Self.generator.run(configuration)
        }
        #expect(Set(report.errors.keys) == [code])
    }

    @Test func aServerThatDrainsLeavesNoCallOpen() async throws {
        let report = try await Self.withServer(Self.scoring) { server in
            var configuration = Self.configuration(server)
            configuration.duration = .seconds(3)
            let load = configuration
            async let report = Self.generator.run(load)
            while server.connectionCount < load.connections {
                try await Task.sleep(for: .milliseconds(5))
            }
            await server.drain()
            return try await report
        }
        #expect(Set(report.errors.keys) == ["UNAVAILABLE"], "\(report.errors)")
    }

    @Test func aServerOfHTTP1IsReportedAsUnavailable() async throws {
        let report = try await Self.withServer(speaking: { _ in .http1 }, nil) { server in
            try await Self.generator.run(Self.configuration(server))
        }
        #expect(report.calls == 0)
        #expect(Set(report.errors.keys) == ["UNAVAILABLE"])
    }

    /// Of a server that says something else, and leaves the connection open.
    @Test func bytesOfAnotherProtocolEndTheConnection() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter())
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let port = try #require(listener.localAddress?.port)
        let report = try await Self.generator.run(Self.configuration(port))
        try await listener.close().get()
        #expect(report.calls == 0)
        #expect(Set(report.errors.keys) == ["UNAVAILABLE"])
    }
}

/// Says that it speaks HTTP/1.1, whatever it is asked.
private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let text = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(text), promise: nil)
    }
}
