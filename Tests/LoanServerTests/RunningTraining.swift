// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanRPC
import LoanServer
import LoanService
import LoanTraining
import Testing

/// A training of many rounds that has begun to boost, asked for over either transport.
struct RunningTraining {
    /// Some seconds of work.
    private static let (rounds, depth) = (4_000, 6)

    private let server: BothTransports
    /// The job of HTTP.
    private let job: String?
    /// The call of RPC.
    private let call: Task<Ending, any Error>?

    init(_ server: BothTransports, _ transport: Transport) async throws {
        self.server = server
        switch transport {
        case .http:
            let body = BothTransports.trainBody(
                "model.joblib",
                rounds: Self.rounds,
                depth: Self.depth
            )
            let begun = try await server.http.post(
                "/train",
                body,
                headers: ["Prefer": "respond-async"]
            )
            job = try #require(begun.headers["location"])
            call = nil
            while try await number("progress") == 0 { try await Task.sleep(for: .milliseconds(5)) }
        case .rpc:
            let message = BothTransports.trainMessage(
                "model.joblib",
                rounds: Self.rounds,
                depth: Self.depth
            ).encoded()
            let (progress, continuation) = AsyncStream.makeStream(of: Void.self)
            let client = server.rpc
            job = nil
            call = Task {
                let bytes: [UInt8]
                do throws(RPCStatus) {
                    bytes = try await client.control(.train, message: message) { _ in
                        continuation.yield()
                    }
                } catch {
                    return try Ending(rpc: error)
                }
                return .done(warnings: try TrainResult(decoding: bytes).warnings)
            }
            _ = await progress.first { _ in true }
        }
    }

    /// The same training, as the service takes it.
    static func request(rounds: Int) -> TrainRequest {
        var parameters = TrainingParameters()
        parameters.rounds = rounds
        parameters.maxDepth = 2
        return TrainRequest(
            data: StorageLocation.local(path: "data"),
            model: StorageLocation.local(path: "models"),
            modelName: "model.joblib",
            parameters: parameters
        )
    }

    /// Asks it to stop.
    func cancel() async throws {
        call?.cancel()
        if let job { _ = try await server.http.send("DELETE", job, body: nil) }
    }

    /// How it ended.
    func ending() async throws -> Ending {
        if let call { return try await call.value }
        while true {
            let members = try #require(try await server.http.get(job ?? "").json().object)
            if let result = members["result"] { return try Ending(status: 200, body: result) }
            if let error = members["error"], case .number(let status)? = members["status_code"] {
                return try Ending(status: Int(status.value), body: error)
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func number(_ name: String) async throws -> Double {
        let members = try await server.http.get(job ?? "").json().object
        guard case .number(let number)? = members?[name] else { return 0 }
        return number.value
    }
}
