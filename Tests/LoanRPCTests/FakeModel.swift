// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanRPC
import Logging
import NIOCore
import NIOPosix

/// A model whose answer can be computed by hand: the probability is a digest of the row. A model
/// called `values-3` answers three values a row, and two margins.
struct FakeModel: PredictHandler {
    /// Called before every batch.
    var onBatch: @Sendable (borrowing PredictBatch, StopSignal) throws(RPCStatus) -> Void = {
        _,
        _ in
    }

    var quickRowCount = Int.max

    func predict(
        _ batch: borrowing PredictBatch,
        with model: Void,
        into scores: inout PredictScores,
        until stop: StopSignal
    ) throws(RPCStatus) {
        try onBatch(batch, stop)
        guard batch.model != "absent" else { throw RPCStatus(.notFound, "no such model") }
        guard batch.schemaID == 0 || batch.schemaID == 7 else {
            throw RPCStatus(.failedPrecondition, "another schema")
        }
        scores.generation = 3
        let rows = batch.rowCount
        var margins = [Float](repeating: 0, count: rows)
        if !batch.columns.isEmpty {
            margins = batch.columns.flatMap { Self.margins(of: $0, rowCount: $0.rowCount) }
        } else if let features = batch.preparedFeatureCount {
            batch.withPrepared { values in
                for row in 0..<rows {
                    for feature in 0..<features { margins[row] += values[feature * rows + row] }
                }
            }
        } else {
            let invalid = batch.withCodes { codes in
                (0..<codes.count).contains { codes[$0] == 254 }
            }
            guard !invalid else { throw RPCStatus(.invalidArgument, "category 254") }
            batch.withNumbers { values in
                for row in 0..<rows {
                    for column in 0..<7 where !values[column * rows + row].isNaN {
                        margins[row] += values[column * rows + row] * Float(column + 1)
                    }
                }
            }
        }
        if let count = Self.valueCount(of: batch.model) {
            return Self.writeValues(margins, perRow: count, batch.outputs, into: &scores)
        }
        scores.withProbabilities { target in
            for row in 0..<rows { target[row] = Self.probability(margins[row]) }
        }
        if batch.outputs.contains(.margins) {
            scores.withMargins { target in
                for row in 0..<rows { target[row] = margins[row] }
            }
        }
    }

    static func valueCount(of model: String) -> Int? {
        model.hasPrefix("values-") ? Int(model.dropFirst(7)) : nil
    }

    /// Value `j` of a row is its margin and `j`.
    private static func writeValues(
        _ margins: [Float],
        perRow count: Int,
        _ outputs: PredictOutputs,
        into scores: inout PredictScores
    ) {
        scores.withValues(perRow: count) { target in
            for index in target.indices {
                target[index] = margins[index / count] + Float(index % count)
            }
        }
        guard outputs.contains(.margins) else { return }
        scores.withMargins(perRow: 2) { target in
            for index in target.indices { target[index] = margins[index / 2] - Float(index % 2) }
        }
    }

    /// The sum of the columns, each times its position from 1. Codes stand for themselves, or for
    /// the numbers that the dictionary writes out; one that is missing or unlisted counts nothing.
    private static func margins(of columns: ColumnBatch, rowCount: Int) -> [Float] {
        var margins = [Float](repeating: 0, count: rowCount)
        for index in 0..<columns.count {
            let texts = columns.texts(index).map { Float(String(decoding: $0, as: UTF8.self)) }
            let cells =
                columns.numbers(index)
                ?? (columns.codes(index) ?? []).map { code in
                    guard code < ColumnBatch.unlisted else { return .nan }
                    return texts.isEmpty ? Float(code) : texts[Int(code)] ?? .nan
                }
            for row in 0..<rowCount where !cells[row].isNaN {
                margins[row] += cells[row] * Float(index + 1)
            }
        }
        return margins
    }

    static func probability(_ margin: Float) -> Float {
        margin.isFinite ? 0.5 + margin / (2 * (1 + abs(margin))) : 0
    }
}

/// Control calls that can be told apart.
struct FakeControl: ControlHandler {
    func answer(
        _ method: LoanRPC.Method,
        message: [UInt8],
        progress: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(RPCStatus) -> [UInt8] {
        switch method {
        case .train:
            progress([1])
            do { try await Task.sleep(for: .seconds(60)) } catch {
                throw RPCStatus(.cancelled, "training stopped")
            }
            return message
        case .loadModel: throw RPCStatus(.alreadyExists, "there already")
        default: return message
        }
    }
}

/// Runs a server on a free port for the time of `body`.
func withServer<Result>(
    _ configuration: RPCServerConfiguration = .init(),
    model: any PredictHandler = FakeModel(),
    control: any ControlHandler = FakeControl(),
    _ body: (RPCServer) async throws -> Result
) async throws -> Result {
    var configuration = configuration
    configuration.host = "127.0.0.1"
    configuration.port = 0
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    let server = try await RPCServer.start(
        configuration,
        predictor: model,
        control: control,
        pool: PredictPool(
            threads,
            threadCount: 1,
            limits: configuration.limits.admission,
            memory: configuration.memory
        ),
        group: MultiThreadedEventLoopGroup.singleton,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    do {
        let result = try await body(server)
        await server.close()
        try await threads.shutdownGracefully()
        return result
    } catch {
        await server.close()
        try await threads.shutdownGracefully()
        throw error
    }
}

/// A client of a server of this test.
func withClient<Result>(
    _ server: RPCServer,
    connections: Int = 1,
    configure: (inout RPCClientConfiguration) -> Void = { _ in },
    _ body: (RPCClient) async throws -> Result
) async throws -> Result {
    var configuration = RPCClientConfiguration(host: "127.0.0.1", port: server.port)
    configuration.connections = connections
    configure(&configuration)
    let client = RPCClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
    do {
        let result = try await body(client)
        await client.close()
        return result
    } catch {
        await client.close()
        throw error
    }
}

/// Whether a server comes to keep no bytes of any call: work stops a moment after its status is
/// known. Pings until then.
func keepsNothing(_ server: RPCServer) async throws -> Bool {
    try await withClient(server) { client in
        let end = ContinuousClock.now + .seconds(5)
        while server.bytesInFlight > 0, ContinuousClock.now < end { _ = try await client.ping() }
        return server.bytesInFlight == 0
    }
}

/// Random applications whose numbers are small and finite.
func applications(_ rowCount: Int, _ random: inout some RandomNumberGenerator) -> ApplicationColumns
{
    var columns = ApplicationColumns(rowCount: rowCount)
    for index in columns.numbers.indices {
        columns.numbers[index] = Float.random(in: -9...9, using: &random)
    }
    for index in columns.codes.indices {
        columns.codes[index] = UInt8.random(in: 0...3, using: &random)
    }
    return columns
}

extension RPCServer {
    /// A connection's handler with the fake model.
    static func makeTestHandler(
        _ configuration: RPCServerConfiguration,
        model: FakeModel = FakeModel()
    ) -> some ChannelDuplexHandler {
        makeHandler(
            configuration,
            predictor: model,
            control: FakeControl(),
            pool: PredictPool(
                NIOThreadPool(numberOfThreads: 1),
                threadCount: 1,
                limits: configuration.limits.admission
            ),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }
}

/// Random columns by name, in all forms, whose numbers are small and finite.
func tableColumns(_ rowCount: Int, _ random: inout some RandomNumberGenerator) -> TableColumns {
    var columns = TableColumns(rowCount: rowCount)
    let count = Int.random(in: 1...7, using: &random)
    for index in 0..<count {
        func codes<Code: FixedWidthInteger>(_ type: Code.Type) -> [Code] {
            (0..<rowCount).map { _ in [0, 1, 2, .max - 1, .max].randomElement(using: &random) ?? 0 }
        }
        let form = Int.random(in: 0..<5, using: &random)
        let values: TableColumns.Values =
            switch form {
            case 0: .float32((0..<rowCount).map { _ in .random(in: -9...9, using: &random) })
            case 1: .float64((0..<rowCount).map { _ in .random(in: -9...9, using: &random) })
            case 2: .codes8(codes(UInt8.self))
            case 3: .codes16(codes(UInt16.self))
            default: .codes32(codes(UInt32.self))
            }
        let hasTexts = form > 1 && Bool.random(using: &random)
        columns.columns.append(
            TableColumns.Column(
                "column_\(index)",
                values,
                dictionary: hasTexts ? ["1.5", "", "-3"] : []
            )
        )
    }
    return columns
}
