// SPDX-License-Identifier: Apache-2.0

import Admission
import Foundation
import LoanLoad
import LoanRPC
import Logging
import Machine
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

/// Answers 0.25, after what `delay` does with the number of the batch.
struct SlowModel: PredictHandler {
    private let count = Counter()
    var delay: @Sendable (Int) -> Void = { _ in }
    var refusal: RPCStatus?

    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        delay(count.next())
        if let refusal { throw refusal }
        scores.withProbabilities { target in
            for row in target.indices { target[row] = 0.25 }
        }
    }
}

private final class Counter: Sendable {
    private let value = Atomic(0)

    func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
}

private struct NoControl: ControlHandler {
    func answer(
        _ method: LoanRPC.Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8] {
        throw RPCStatus(.unimplemented)
    }
}

private func withServer<Result>(
    _ model: SlowModel,
    _ body: (Int) async throws -> Result
) async throws -> Result {
    var configuration = RPCServerConfiguration()
    configuration.host = "127.0.0.1"
    configuration.port = 0
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    // A loop of its own: a model that stalls must not stall the clients of other tests.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let server = try await RPCServer.start(
        configuration,
        predictor: model,
        control: NoControl(),
        pool: PredictPool(threads, threadCount: 1, limits: configuration.limits.admission),
        group: group,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    let result = try await body(server.port)
    await server.close()
    try await threads.shutdownGracefully()
    try await group.shutdownGracefully()
    return result
}

private func configuration(
    _ port: Int,
    _ arrivals: LoadConfiguration.Arrivals
) -> LoadConfiguration {
    .short(port: port, arrivals) { .rpc(requests: $0) }
}

private let generator = LoadGenerator(group: MultiThreadedEventLoopGroup.singleton)

@Suite struct LoadGeneratorTests {
    @Test func aClosedLoopCountsCallsAndRows() async throws {
        let report = try await withServer(SlowModel()) { port in
            try await generator.run(configuration(port, .closed))
        }
        #expect(report.calls > 100)
        // Requests of one and three rows in turn, on two connections, some of the warm-up.
        #expect(abs(report.rows - 2 * report.calls) <= 40)
        #expect(report.errors.isEmpty)
        #expect(report.offeredRate == nil)
    }

    @Test(arguments: [LoadConfiguration.Arrivals.constant(rate: 400), .poisson(rate: 400)])
    func anOpenLoopOffersItsRate(_ arrivals: LoadConfiguration.Arrivals) async throws {
        let report = try await withServer(SlowModel()) { port in
            try await generator.run(configuration(port, arrivals))
        }
        // 200 calls are due; five standard deviations of a Poisson count.
        #expect(abs(report.calls - 200) <= 71)
        #expect(report.errors.isEmpty)
        #expect(report.offeredRate == 400)
    }

    /// One stall of 200 ms in 500 ms: a tester that waits for the stalled call would see one slow
    /// call, though every call that was due meanwhile was late.
    @Test func aStallIsSeenByEveryCallThatWasDueInIt() async throws {
        let model = SlowModel { index in
            if index == 200 { Thread.sleep(forTimeInterval: 0.2) }
        }
        let report = try await withServer(model) { port in
            try await generator.run(configuration(port, .constant(rate: 1000)))
        }
        #expect(report.latency.max >= 150)
        #expect(report.latency.p90 >= 80)
    }

    @Test func theCheckCountsWrongAnswers() async throws {
        let report = try await withServer(SlowModel()) { port in
            var configuration = configuration(port, .constant(rate: 200))
            configuration.check = { index, response in
                response.probabilities.count == (index == 0 ? 1 : 3) && index == 0
            }
            return try await generator.run(configuration)
        }
        #expect(report.wrongAnswers > 0)
        #expect(abs(2 * report.wrongAnswers - report.calls) <= 4)
    }

    @Test func failuresAreCountedByCode() async throws {
        let report = try await withServer(SlowModel()) { port in
            var configuration = configuration(port, .constant(rate: 200))
            configuration.target = .rpc(
                requests: [
                    PredictRequest(model: "", rows: .applications(ApplicationColumns(rowCount: 1)))
                ]
            )
            return try await generator.run(configuration)
        }
        #expect(report.calls == 0)
        #expect(Set(report.errors.keys) == ["INVALID_ARGUMENT"])
    }

    @Test func aCallThatWaitsAfterAFailureIsNotSentOnceTheRunHasEnded() async throws {
        let model = SlowModel(
            delay: { _ in usleep(1_000) },
            refusal: RPCStatus(.resourceExhausted, "no room")
        )
        let report = try await withServer(model) { port in
            var configuration = configuration(port, .closed)
            // While one connection's last call is waited for, others would have gone on.
            configuration.connections = 8
            configuration.inFlight = 1
            return try await generator.run(configuration)
        }
        #expect(Set(report.errors.keys) == ["RESOURCE_EXHAUSTED"])
    }

    @Test func aServerThatGoesAwayEndsInErrors() async throws {
        let model = SlowModel()
        let report = try await withServer(model) { port in
            var configuration = configuration(port, .closed)
            configuration.timeout = .milliseconds(200)
            configuration.target = .rpc(
                requests: [
                    PredictRequest(model: "m", rows: .applications(ApplicationColumns(rowCount: 1)))
                ]
            )
            configuration.token = [1]
            return try await generator.run(configuration)
        }
        #expect(report.calls == 0)
        #expect(!report.errors.isEmpty)
    }

    private func reportOfHTTP(_ answers: [StubAnswer]) async throws -> LoadReport {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(StubServer(answers))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        var configuration = configuration(listener.localAddress?.port ?? 0, .constant(rate: 200))
        configuration.target = .http(path: "/predict", bodies: [[123, 125]], rows: 2)
        let report = try await generator.run(configuration)
        try await listener.close().get()
        return report
    }

    @Test(arguments: [
        ("", "UNREADABLE_ANSWER"), ("garbage", "UNREADABLE_ANSWER"),
        (#"{"msg":"Model Inference Complete"}"#, "UNREADABLE_ANSWER"),
        (#"{"Prediction Output":[["True",0.9]]}"#, "WRONG_ROW_COUNT"),
        (#"{"Prediction Output":[["True",7.5],["True",0.9]]}"#, "WRONG_PROBABILITY"),
        (#"{"Prediction Output":[["False",0.9],["True",0.9]]}"#, "WRONG_LABEL"),
    ])
    func garbageOverHTTPIsAnErrorWithoutACheck(body: String, code: String) async throws {
        let report = try await reportOfHTTP([StubAnswer(status: .ok, body: body)])
        #expect(report.calls == 0)
        #expect(Set(report.errors.keys) == [code])
    }

    @Test func reportsHTTPByStatus() async throws {
        let report = try await reportOfHTTP([
            StubAnswer(
                status: .ok,
                body: """
                    {"msg":"Model Inference Complete","Prediction Output":[["True",0.9],\
                    ["False",0.5]]}
                    """
            ),
            StubAnswer(status: .tooManyRequests, body: ""),
        ])
        #expect(report.calls > 20)
        #expect(report.rows == 2 * report.calls)
        #expect(abs((report.errors["HTTP_429"] ?? 0) - report.calls) <= 4)
    }
}

private struct StubAnswer: Sendable {
    let status: HTTPResponseStatus
    let body: String
}

/// Gives its answers in turn.
private final class StubServer: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart
    private let answers: [StubAnswer]
    private var count = 0

    init(_ answers: [StubAnswer]) {
        self.answers = answers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        let answer = answers[count % answers.count]
        count += 1
        let head = HTTPResponseHead(
            version: .http1_1,
            status: answer.status,
            headers: ["Content-Length": "\(answer.body.utf8.count)"]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = ByteBuffer(string: answer.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}

@Suite struct LoadPartsTests {
    private func times(_ isPoisson: Bool, count: Int) -> [Double] {
        var schedule = ArrivalSchedule(
            rate: 1000,
            isPoisson: isPoisson,
            start: MonotonicTime(nanoseconds: 0),
            seed: 7
        )
        return (0..<count).map { _ in
            defer { schedule.advance() }
            return Double(schedule.due.nanoseconds) / 1e6
        }
    }

    @Test func constantArrivalsAreEvenlySpaced() {
        let times = times(false, count: 100)
        #expect((0..<1).contains(times[0]))
        for (early, late) in zip(times, times.dropFirst()) {
            #expect(abs(late - early - 1) < 1e-3)
        }
    }

    @Test func poissonArrivalsHaveTheirMeanAndSpread() {
        let times = times(true, count: 20_000)
        let gaps = zip(times.dropFirst(), times).map(-)
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(gaps.count)
        // An exponential distribution has variance mean^2; five standard errors.
        #expect(abs(mean - 1) < 0.036)
        #expect(abs(variance - 1) < 0.1)
        #expect(gaps.allSatisfy { $0 >= 0 })
    }

    private func report(_ rate: Double, capacity: Double) throws -> LoadReport {
        let p99 = rate <= capacity ? 1.0 : 500
        let json = """
            {"offeredRate": \(rate), "seconds": 1, "calls": 1, "rows": 1,
            "callsPerSecond": \(min(rate, capacity)), "rowsPerSecond": 1, "errors": {},
            "wrongAnswers": 0,
            "sheds": 0, "shedLatency": {"p50": 0, "p90": 0, "p99": 0, "p999": 0, "max": 0},
            "latency": {"p50": 0.5, "p90": 0.7, "p99": \(p99), "p999": 2, "max": 3}}
            """
        return try JSONDecoder().decode(LoadReport.self, from: Data(json.utf8))
    }

    @Test(arguments: [90.0, 1000, 1234, 77_777])
    func theSweepFindsTheCapacity(_ capacity: Double) async throws {
        let result = try await LoadSweep(p99Bound: 10, firstRate: 1000, stepsMax: 30).run { rate in
            try report(rate, capacity: capacity)
        }
        let highest = try #require(result.highestRate)
        #expect(highest <= capacity / 0.95)
        #expect(highest >= 0.9 * capacity)
        #expect(result.points.map(\.rate) == result.points.map(\.rate).sorted())
        let parser = XMLDocumentProbe(result.svg)
        #expect(parser.opens == parser.closes)
        #expect(result.svg.contains("polyline"))
    }

    @Test func aServerThatIsAlwaysTooSlowHasNoRate() async throws {
        let result = try await LoadSweep(p99Bound: 10, firstRate: 1000, stepsMax: 5).run { rate in
            try report(rate, capacity: 0.001)
        }
        #expect(result.highestRate == nil)
        #expect(result.points.count == 5)
    }

    @Test func theTableNamesEveryFigure() throws {
        let table = try report(1234, capacity: 5000).table
        for line in ["offered calls/s  1234", "p99 ms           1.000", "p99.9 ms         2.000"] {
            #expect(table.split(separator: "\n").contains(Substring(line)))
        }
    }
}

/// Counts the tags of an SVG: what is opened must be closed.
private struct XMLDocumentProbe {
    let opens: Int
    let closes: Int

    init(_ text: String) {
        opens = text.count { $0 == "<" } - text.components(separatedBy: "</").count + 1
        closes =
            text.components(separatedBy: "/>").count - 1 + text.components(separatedBy: "</").count
            - 1
    }
}
