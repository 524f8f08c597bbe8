// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanRPC
import LoanServer
import LoanService
import TestSupport
import Testing

/// The operations as callers of either transport ask for them.
extension BothTransports {
    /// Prepares `source` into `target`.
    func prepare(
        over transport: Transport,
        source: String = "applications.csv",
        target: String = "data",
        seed: UInt64 = 1
    ) async throws -> Ending {
        switch transport {
        case .http:
            return try Ending(
                http: await http.post(
                    "/data",
                    """
                    {"backend": "local", "local_path": "\(source)", "target_path": "\(target)",
                     "size": 3000, "seed": \(seed)}
                    """
                )
            )
        case .rpc:
            var message = PrepareDataMessage()
            message.source = .init(.local, path: source)
            message.target = .init(.local, path: target)
            message.size = 3_000
            message.seed = seed
            return try await ending(of: .prepareData, message.encoded()) {
                try PrepareDataResult(decoding: $0).warnings
            }
        }
    }

    /// Trains on `data`.
    func train(
        over transport: Transport,
        _ name: String = "model.joblib",
        data: String = "data",
        model: String = "models",
        rounds: Int = 5,
        depth: Int = 2
    ) async throws -> Ending {
        switch transport {
        case .http:
            let body = Self.trainBody(
                name,
                data: data,
                model: model,
                rounds: rounds,
                depth: depth
            )
            return try Ending(http: await http.post("/train", body))
        case .rpc:
            let message = Self.trainMessage(
                name,
                data: data,
                model: model,
                rounds: rounds,
                depth: depth
            )
            return try await ending(of: .train, message.encoded()) {
                let result = try TrainResult(decoding: $0)
                #expect(result.auc > 0.5)
                return result.warnings
            }
        }
    }

    /// The body of `/train`.
    static func trainBody(
        _ name: String,
        data: String = "data",
        model: String = "models",
        rounds: Int,
        depth: Int = 2
    ) -> String {
        """
        {"backend": "local", "local_data_path": "\(data)", "local_model_path": "\(model)",
         "model_name": "\(name)", "parameters": {"rounds": \(rounds), "max_depth": \(depth)}}
        """
    }

    /// The request of Train.
    static func trainMessage(
        _ name: String,
        data: String = "data",
        model: String = "models",
        rounds: Int,
        depth: Int = 2
    ) -> TrainMessage {
        var message = TrainMessage()
        message.data = .init(.local, path: data)
        message.model = .init(.local, path: model)
        message.modelName = name
        message.rounds = UInt32(rounds)
        message.depthMax = UInt32(depth)
        return message
    }

    /// Loads a model from `models`.
    func load(
        over transport: Transport,
        _ name: String = "model.joblib",
        model: String = "models",
        preprocessor: String = "data"
    ) async throws -> Ending {
        switch transport {
        case .http:
            return try Ending(
                http: await http.post(
                    "/v2/repository/models/\(name)/load",
                    """
                    {"parameters": {"backend": "local", "local_model_path": "\(model)",
                     "preprocessor_path": "\(preprocessor)"}}
                    """
                )
            )
        case .rpc:
            var message = LoadModelMessage()
            message.modelName = name
            message.model = .init(.local, path: model)
            message.preprocessor = .init(.local, path: preprocessor)
            return try await ending(of: .loadModel, message.encoded()) {
                let status = try ModelStatusResult(decoding: $0)
                #expect(status.state == .ready)
                return []
            }
        }
    }

    private func ending(
        of method: LoanRPC.Method,
        _ message: [UInt8],
        _ warnings: ([UInt8]) throws -> [String]
    ) async throws -> Ending {
        let bytes: [UInt8]
        do throws(RPCStatus) {
            bytes = try await rpc.control(method, message: message)
        } catch {
            return try Ending(rpc: error)
        }
        return .done(warnings: try warnings(bytes))
    }

    // MARK: What is served

    /// What callers get from a model: its stored versions, the current one first, and the answers
    /// over both transports for the documented application.
    struct Served: Equatable {
        let versions: [ModelVersion]
        let http: String
        let rpc: [Float]
        let schemaID: UInt64
    }

    /// What callers get from a model that is served.
    func served(_ name: String = "model.joblib") async throws -> Served {
        let models = StorageLocation.local(path: "models")
        let answer = try await http.post(
            "/predict",
            HTTPTestServer.predictBody("[\(HTTPTestServer.record)]")
                .replacing("model.joblib", with: name)
        )
        #expect(answer.status == 200, "\(answer.text)")
        let described = try await describe(name)
        var row = ApplicationColumns(rowCount: 1)
        row.numbers = [22, 59_000, 123, 35_000, 16.02, 0.59, 3]
        let words = ["RENT", "PERSONAL", "D", "Y"]
        row.codes = zip(described.features.compactMap(\.categories), words).map { known, word in
            known.firstIndex(of: word).map { UInt8($0) } ?? 255
        }
        let scores = try await rpc.predict(
            PredictRequest(
                model: name,
                rows: .applications(row),
                schemaID: described.schemaID
            )
        )
        return Served(
            versions: try await service.versions(of: name, in: models),
            http: answer.text,
            rpc: scores.probabilities,
            schemaID: described.schemaID
        )
    }

    func describe(_ name: String) async throws -> ServerDescription.Model {
        var message = ServerInfoMessage()
        message.modelName = name
        let bytes = try await rpc.control(.serverInfo, message: message.encoded())
        return try #require(try ServerDescription(decoding: bytes).models.first)
    }
}
