// SPDX-License-Identifier: Apache-2.0
//
// Measures the protocol alone, with a handler that does nothing, and the server with a trained
// model; client and server on loopback, on one event loop each.
// Run: rpc-bench [--seconds 3] [--json FILE] [--folder FOLDER]
// FOLDER holds `models/bench.model` and `data`, as `make bench` makes them.

import Admission
import BenchSupport
import CMallocCount
import Foundation
import LoanRPC
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization

@main
struct RPCBench {
    let serverLoop: any EventLoop
    let clientLoop: any EventLoop
    let pool: PredictPool
    let seconds: Double
    let logger = Logger(label: "rpc-bench", factory: { _ in SwiftLogNoOpLogHandler() })

    static func main() async throws {
        let arguments = CommandLine.arguments
        func value(_ name: String) -> String? {
            arguments.firstIndex(of: name).flatMap {
                arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil
            }
        }
        let threads = NIOThreadPool(numberOfThreads: 1)
        threads.start()
        let bench = RPCBench(
            serverLoop: MultiThreadedEventLoopGroup(numberOfThreads: 1).next(),
            clientLoop: MultiThreadedEventLoopGroup(numberOfThreads: 1).next(),
            pool: PredictPool(threads, threadCount: 1, limits: AdmissionLimits()),
            seconds: value("--seconds").flatMap(Double.init) ?? 3
        )
        var rows: [BenchRow] = []
        rows += try await bench.roundTrips()
        rows += try await bench.throughput()
        rows += try bench.protocolCost()
        if let folder = value("--folder") {
            let model = try await DocumentedModel(folder: folder, rowCount: 10_000)
            rows += try await bench.throughput(
                model.product,
                model: model.name,
                label: ", documented model"
            )
            rows += try await bench.stream(model)
        }
        for row in rows { print(row.line) }
        if let path = value("--json") { try rows.write(to: path) }
        // Event loops and threads end with the process.
        exit(0)
    }

    func startServer(_ predictor: any PredictHandler = TrivialModel()) async throws -> RPCServer {
        var configuration = RPCServerConfiguration()
        configuration.host = "127.0.0.1"
        configuration.port = 0
        return try await RPCServer.start(
            configuration,
            predictor: predictor,
            control: NoControl(),
            pool: pool,
            group: serverLoop,
            logger: logger
        )
    }

    private func connect(_ server: RPCServer) async throws -> RPCConnection {
        let configuration = RPCClientConfiguration(host: "127.0.0.1", port: server.port)
        return try await RPCConnection.connect(configuration, on: clientLoop)
    }

    private static func singleRow(_ model: String = "model.joblib") -> PredictRequest {
        PredictRequest(model: model, rows: .applications(ApplicationColumns(rowCount: 1)))
    }

    // MARK: One in flight

    private func roundTrips() async throws -> [BenchRow] {
        let server = try await startServer()
        let echo = try await ServerBootstrap(group: serverLoop)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in channel.pipeline.addHandler(EchoHandler()) }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let byteCount =
            2 * FrameHeader.byteCount + Self.singleRow().encoded().count
        var predictions: [Double] = []
        var echoes: [Double] = []
        for _ in 0..<5 {
            let connection = try await connect(server)
            let loop = ClosedLoop(Self.singleRow())
            let start = ContinuousClock.now
            loop.run(on: connection, inFlight: 1)
            try await Task.sleep(for: .seconds(seconds / 5))
            loop.stop()
            let time = ContinuousClock.now - start
            predictions.append(
                time / .microseconds(1) / Double(loop.finished.load(ordering: .relaxed))
            )
            await connection.close()
            let rounds = 5000
            let elapsed = try await EchoLoop.measure(
                port: echo.localAddress?.port ?? 0,
                byteCount: byteCount,
                rounds: rounds,
                on: clientLoop
            )
            echoes.append(elapsed * 1e6 / Double(rounds))
        }
        await server.close()
        try await echo.close().get()
        let prediction = predictions.sorted()[2]
        let baseline = echoes.sorted()[2]
        return [
            BenchRow(
                "round trip, 1 row, 1 in flight",
                prediction,
                "us",
                baseline: "echo",
                baseline
            ),
            BenchRow(
                "round trip above echo",
                prediction - baseline,
                "us",
                baseline: "must be below",
                15
            ),
        ]
    }

    // MARK: 128 in flight

    private func throughput(
        _ predictor: any PredictHandler = TrivialModel(),
        model: String = "model.joblib",
        label: String = ""
    ) async throws -> [BenchRow] {
        let server = try await startServer(predictor)
        let connections = [try await connect(server), try await connect(server)]
        let loop = ClosedLoop(Self.singleRow(model))
        for connection in connections { loop.run(on: connection, inFlight: 64) }
        try await Task.sleep(for: .milliseconds(500))
        let before = try await LoopUsage.read(serverLoop)
        let callsBefore = loop.finished.load(ordering: .relaxed)
        let start = ContinuousClock.now
        try await Task.sleep(for: .seconds(seconds))
        let after = try await LoopUsage.read(serverLoop)
        let calls = Double(loop.finished.load(ordering: .relaxed) - callsBefore)
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        loop.stop()
        for connection in connections { await connection.close() }
        await server.close()
        let cpu = after.cpuNanoseconds - before.cpuNanoseconds
        return [
            BenchRow(
                "calls, 128 in flight\(label)",
                calls / elapsed,
                "1/s",
                baseline: "must be",
                150_000
            ),
            BenchRow(
                "calls per server core\(label)",
                calls / (cpu / 1e9),
                "1/s",
                baseline: "must be",
                150_000
            ),
            BenchRow(
                "server CPU a call\(label)",
                cpu / 1000 / calls,
                "us",
                baseline: "must be below",
                6
            ),
            BenchRow(
                "server allocations a call\(label)",
                (after.allocations - before.allocations) / calls,
                "1",
                baseline: "must be below",
                2
            ),
        ]
    }

    // MARK: In process

    private func protocolCost() throws -> [BenchRow] {
        let raw = try cost(
            PredictRequest(model: "m", rows: .applications(ApplicationColumns(rowCount: 1000)))
        )
        let prepared = try cost(
            PredictRequest(
                model: "m",
                rows: .prepared(PreparedMatrix(rowCount: 1000, featureCount: 26))
            )
        )
        return [
            BenchRow("protocol, 1,000 raw rows", raw, "us", baseline: "must be below", 10),
            BenchRow(
                "protocol, 1,000 prepared rows",
                prepared,
                "us",
                baseline: "must be below",
                10
            ),
        ]
    }

    /// Microseconds to decode, dispatch and encode one batch through the server's handler.
    private func cost(_ request: PredictRequest) throws -> Double {
        var configuration = RPCServerConfiguration()
        configuration.inlineRowsMax = 1000
        configuration.limits.keepaliveInterval = .seconds(3600)
        let handler = RPCServer.makeHandler(
            configuration,
            predictor: TrivialModel(),
            control: NoControl(),
            pool: pool,
            logger: logger
        )
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        var greeting = ByteBuffer(bytes: Preface.bytes)
        greeting.writeFrame(.hello, stream: 0, payload: Hello().encoded())
        try channel.writeInbound(greeting)
        let head = RequestHead(method: .predict).encoded()
        let message = request.encoded()
        let rounds = 2000
        var template = ByteBuffer()
        let length = 2 + head.count + message.count
        template.writeHeader(
            FrameHeader(.request, endsStream: true, length: length, stream: 0)
        )
        template.writeInteger(UInt16(head.count))
        template.writeBytes(head)
        template.writeBytes(message)
        var times: [Double] = []
        for index in 0..<rounds {
            // A copy that has just been written, as a read from a socket leaves it.
            var frame = template
            frame.setInteger(UInt32(2 * index + 1), at: 8)
            let start = ContinuousClock.now
            try channel.writeInbound(frame)
            times.append((ContinuousClock.now - start) / .microseconds(1))
            while try channel.readOutbound(as: ByteBuffer.self) != nil {}
        }
        return times.sorted()[rounds / 2]
    }
}
