// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanLoad
internal import LoanModel
internal import LoanRPC
internal import LoanService
internal import Logging
internal import NIOPosix

/// What `load` sends: asks the server what it expects, and generates that.
struct LoadPlan {
    private let command: LoadCommand

    init(_ command: LoadCommand) {
        self.command = command
    }

    func configuration() async throws -> LoadConfiguration {
        let table = try CSVReader.table(
            Array(SampleApplications(rows: command.batchSize, seed: command.seed).csv()),
            schema: .creditRisk,
            labels: .ignored
        )
        let isHTTP = command.target == .http
        var load = LoadConfiguration(
            host: command.host,
            port: isHTTP ? command.httpPort : command.rpcPort,
            target: isHTTP ? http(table) : try await rpc(table),
            arrivals: try arrivals()
        )
        load.connections = command.connections
        load.inFlight = command.inFlight
        load.duration = .seconds(command.duration)
        load.warmUp = .seconds(command.warmUp)
        load.seed = command.seed
        if case .rpc(let requests, _, _) = load.target, let root = command.check {
            load.check = try await check(requests, storageRoot: root)
        }
        return load
    }

    private func arrivals() throws -> LoadConfiguration.Arrivals {
        switch (command.arrivals, command.rate) {
        case (.constant, let rate?): .constant(rate: rate)
        case (.poisson, let rate?): .poisson(rate: rate)
        default: .closed
        }
    }

    // MARK: RPC

    private func rpc(_ table: Table) async throws -> LoadConfiguration.Target {
        let token = try command.tokenFile.map { path in
            let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8)
            return Array(text.trimmingCharacters(in: .whitespacesAndNewlines).utf8)
        }
        var configuration = RPCClientConfiguration(host: command.host, port: command.rpcPort)
        configuration.token = token
        let client = RPCClient(configuration, group: MultiThreadedEventLoopGroup.singleton)
        do {
            let server = try await describe(client)
            await client.close()
            let rows = try rows(table, server)
            let request = PredictRequest(
                model: command.modelName,
                rows: rows,
                schemaID: server.schemaID
            )
            return .rpc(requests: [request], token: token, tls: nil)
        } catch {
            await client.close()
            throw error
        }
    }

    private func describe(_ client: RPCClient) async throws -> ServerDescription {
        if let model = command.localModelPath, let preprocessor = command.preprocessorPath {
            var load = LoadModelMessage()
            load.modelName = command.modelName
            load.model = LocationMessage(.local, path: model)
            load.preprocessor = LocationMessage(.local, path: preprocessor)
            _ = try await client.control(.loadModel, message: load.encoded())
        }
        let server = try ServerDescription(
            decoding: try await client.control(.serverInfo, message: [])
        )
        guard server.models.contains(command.modelName) else {
            throw CommandFailure.failed(
                "the server has no model \(command.modelName) in memory; name its place with "
                    + "--local-model-path and --preprocessor-path"
            )
        }
        return server
    }

    private func rows(
        _ table: Table,
        _ server: ServerDescription
    ) throws -> PredictRequest.Rows {
        if command.prepared {
            var matrix = PreparedMatrix(
                rowCount: command.batchSize,
                featureCount: server.preparedFeatures.count
            )
            let random = CounterRandom(seed: command.seed, stream: 0)
            for index in matrix.values.indices {
                matrix.values[index] = Float(random.normal(at: index))
            }
            return .prepared(matrix)
        }
        var columns = LoanRPC.ApplicationColumns(rowCount: command.batchSize)
        columns.numbers = []
        columns.codes = []
        for (index, column) in table.columns.enumerated() {
            switch column {
            case .numbers(let values): columns.numbers += values
            case .categories(let column):
                let known = server.features[index].categories ?? []
                let codes = column.vocabulary.map { name in
                    known.firstIndex(of: name).map { UInt8($0) } ?? ServedModel.unknownCode
                }
                columns.codes += column.codes.map { code in
                    Int(code) < codes.count ? codes[Int(code)] : ServedModel.unknownCode
                }
            }
        }
        return .applications(columns)
    }

    // MARK: Checking

    private func check(
        _ requests: [PredictRequest],
        storageRoot: String
    ) async throws -> @Sendable (Int, PredictResponse) -> Bool {
        let service = try LoanService(
            storageRoot: storageRoot,
            environment: ProcessInfo.processInfo.environment,
            logger: Logger(label: "load") { _ in SwiftLogNoOpLogHandler() }
        )
        let reference = ModelReference(
            model: StorageLocation(
                .local(path: command.localModelPath ?? ""),
                field: .localModelPath
            ),
            name: command.modelName,
            preprocessor: StorageLocation(
                .local(path: command.preprocessorPath ?? ""),
                field: .preprocessorPath
            )
        )
        let model: ServedModel
        do throws(ServiceError) {
            model = try await service.model(reference)
        } catch {
            throw CommandFailure.failed("--check \(storageRoot): \(error)")
        }
        let expected = requests.map { Self.scores($0, model).map(\.bitPattern) }
        return { index, response in
            response.probabilities.map(\.bitPattern) == expected[index]
        }
    }

    private static func scores(_ request: PredictRequest, _ model: ServedModel) -> [Float] {
        var scores = [Float](repeating: 0, count: request.rowCount)
        var target = scores.mutableSpan
        switch request.rows {
        case .applications(let columns):
            model.score(
                numbers: columns.numbers.span,
                codes: columns.codes.span,
                rowCount: columns.rowCount,
                margins: false,
                into: &target
            )
        case .prepared(let matrix):
            model.score(
                prepared: matrix.values.span,
                rowCount: matrix.rowCount,
                margins: false,
                into: &target
            )
        }
        return scores
    }

    // MARK: HTTP

    private func http(_ table: Table) -> LoadConfiguration.Target {
        let names = LoanSchema.creditRisk.features.map(\.name)
        let records = (0..<table.rowCount).map { row in
            let members = zip(names, table.columns).map { name, column in
                "\"\(name)\":\(Self.json(column, row))"
            }
            return "{\(members.joined(separator: ","))}"
        }
        let body = """
            {"backend":"local","model_name":"\(command.modelName)",\
            "local_model_path":"\(command.localModelPath ?? "")",\
            "preprocessor_path":"\(command.preprocessorPath ?? "")",\
            "sample":[\(records.joined(separator: ","))]}
            """
        return .http(path: "/predict", bodies: [Array(body.utf8)], rows: command.batchSize)
    }

    private static func json(_ column: Table.Column, _ row: Int) -> String {
        switch column {
        case .numbers(let values):
            return values[row].isFinite ? "\(values[row])" : "null"
        case .categories(let column):
            let code = Int(column.codes[row])
            return code < column.vocabulary.count ? "\"\(column.vocabulary[code])\"" : "null"
        }
    }
}
