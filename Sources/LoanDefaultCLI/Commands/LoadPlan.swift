// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanLoad
internal import LoanModel
internal import LoanRPC
internal import NIOPosix
internal import NIOSSL

/// The calls of `load`: asks the server what it expects, and generates that.
struct LoadPlan {
    /// Different calls that are sent in turn, and rows of all of them.
    private static let requestsMax = 64
    private static let rowsMax = 131_072

    let command: LoadCommand
    private let tls: TLSConfiguration?
    private let token: [UInt8]?

    init(_ command: LoadCommand) throws {
        self.command = command
        tls = try command.tls.configuration()
        token = try command.tokenFile.map(Self.token)
    }

    func configuration() async throws -> LoadConfiguration {
        let count = min(Self.requestsMax, max(1, Self.rowsMax / command.batchSize))
        let tables = try (0..<count).map { index in
            try CSVReader.table(
                Array(
                    SampleApplications(
                        rows: command.batchSize,
                        seed: command.seed &+ UInt64(index)
                    ).csv()
                ),
                schema: .creditRisk,
                labels: .ignored
            )
        }
        let checker = command.check.map { LoadChecker(command, storageRoot: $0) }
        var load = LoadConfiguration(
            host: command.host,
            port: command.target == .rpc ? command.rpcPort : command.httpPort,
            target: .rpc(requests: []),
            arrivals: try arrivals()
        )
        load.token = token
        load.tls = tls
        load.connections = command.connections
        load.inFlight = command.inFlight
        load.duration = .seconds(command.duration)
        load.warmUp = .seconds(command.warmUp)
        load.seed = command.seed
        load.target =
            switch command.target {
            case .rpc: .rpc(requests: try await rpc(tables))
            case .grpc: .grpc(requests: try await grpc(tables, load))
            case .http: try await http(tables, load)
            }
        if let checker {
            switch load.target {
            case .rpc(let requests), .grpc(let requests):
                load.check = try await checker.check(of: requests)
            case .http(_, let bodies, _, _): load.bodyCheck = try await checker.check(of: bodies)
            }
        }
        return load
    }

    private static func token(_ path: String) throws -> [UInt8] {
        guard let text = try? String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) else {
            throw CommandFailure.usage("--token-file \(path): cannot be read")
        }
        return Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
    }

    private func arrivals() throws -> LoadConfiguration.Arrivals {
        switch (command.arrivals, command.rate) {
        case (.constant, let rate?): .constant(rate: rate)
        case (.poisson, let rate?): .poisson(rate: rate)
        default: .closed
        }
    }

    // MARK: Messages

    private func rpc(_ tables: [Table]) async throws -> [PredictRequest] {
        var configuration = RPCClientConfiguration(host: command.host, port: command.rpcPort)
        configuration.token = token
        configuration.tls = tls
        let client = RPCClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
        do {
            let requests = try await requests(tables) { method, message in
                try await client.control(method.rpc, message: message)
            }
            await client.close()
            return requests
        } catch {
            await client.close()
            throw error
        }
    }

    private func grpc(
        _ tables: [Table],
        _ load: LoadConfiguration
    ) async throws -> [PredictRequest] {
        try await requests(tables) { method, message in
            let group = MultiThreadedEventLoopGroup.singleton
            return try await GRPCQuestion.ask(method.grpc, message, load, group: group)
        }
    }

    /// What is asked before a run.
    private enum Question {
        case loadModel, serverInfo

        var rpc: LoanRPC.Method {
            switch self {
            case .loadModel: .loadModel
            case .serverInfo: .serverInfo
            }
        }

        var grpc: GRPCMethod {
            switch self {
            case .loadModel: .loadModel
            case .serverInfo: .serverInfo
            }
        }
    }

    /// Sends the message of a question and returns that of its answer.
    private typealias Ask = (Question, _ message: [UInt8]) async throws -> [UInt8]

    private func requests(_ tables: [Table], _ ask: Ask) async throws -> [PredictRequest] {
        let model = try await describe(ask)
        return try tables.enumerated().map { index, table in
            PredictRequest(
                model: command.modelName,
                rows: try rows(of: model, table, seed: command.seed &+ UInt64(index)),
                schemaID: model.schemaID
            )
        }
    }

    private func rows(
        of model: ServerDescription.Model,
        _ table: Table,
        seed: UInt64
    ) throws -> PredictRequest.Rows {
        if command.prepared { return matrix(model, seed: seed) }
        let isDocumented = model.features.allSatisfy { $0.field != 0 }
        return isDocumented
            ? try applications(table, model)
            : .table(LoadTable(model, rowCount: command.batchSize, seed: seed).columns)
    }

    private func describe(_ ask: Ask) async throws -> ServerDescription.Model {
        if let folder = command.localModelPath {
            var load = LoadModelMessage()
            load.modelName = command.modelName
            load.model = LocationMessage(.local, path: folder)
            if let preprocessor = command.preprocessorPath {
                load.preprocessor = LocationMessage(.local, path: preprocessor)
            }
            _ = try await ask(.loadModel, load.encoded())
        }
        var info = ServerInfoMessage()
        info.modelName = command.modelName
        do {
            let server = try ServerDescription(decoding: try await ask(.serverInfo, info.encoded()))
            guard let model = server.models.first(where: { $0.name == command.modelName }) else {
                throw CommandFailure.failed("the server does not describe its model")
            }
            return model
        } catch let status as RPCStatus where status.code == .notFound {
            throw CommandFailure.failed(Self.missing(command.modelName))
        }
    }

    static func missing(_ name: String) -> String {
        "the server has no model \(name) in memory; name its place with --local-model-path"
    }

    private func matrix(_ model: ServerDescription.Model, seed: UInt64) -> PredictRequest.Rows {
        var matrix = PreparedMatrix(
            rowCount: command.batchSize,
            featureCount: model.preparedFeatures.count
        )
        let random = CounterRandom(seed: seed, stream: 0)
        for index in matrix.values.indices {
            matrix.values[index] = Float(random.normal(at: index))
        }
        return .prepared(matrix)
    }

    private func applications(
        _ table: Table,
        _ model: ServerDescription.Model
    ) throws -> PredictRequest.Rows {
        var columns = ApplicationColumns(rowCount: command.batchSize)
        columns.numbers = []
        columns.codes = []
        for (index, column) in table.columns.enumerated() {
            switch column {
            case .numbers(let values): columns.numbers += values
            case .categories(let column):
                let known = model.features[index].categories
                let codes = column.vocabulary.map { name in
                    known.firstIndex(of: name).map { UInt8($0) } ?? LoadChecker.unknownCode
                }
                columns.codes += column.codes.map { code in
                    Int(code) < codes.count ? codes[Int(code)] : LoadChecker.unknownCode
                }
            }
        }
        return .applications(columns)
    }
}
