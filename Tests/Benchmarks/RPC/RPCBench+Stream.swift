// SPDX-License-Identifier: Apache-2.0

import BenchSupport
import Foundation
import LoanRPC
import NIOPosix
import Synchronization

extension RPCBench {
    /// One PredictStream of prepared batches of 10,000 rows: the product, and the same server
    /// calling libxgboost, on one thread or on all, whichever is faster.
    func stream(_ model: DocumentedModel) async throws -> [BenchRow] {
        let cores = ProcessInfo.processInfo.activeProcessorCount
        var products: [Double] = []
        var libraries: [[Double]] = [[], []]
        let alone = try LibraryPredictor(model: model.json, threadCount: 1)
        let all = try LibraryPredictor(model: model.json, threadCount: cores)
        // In turn, so that what else the machine does meets all of them.
        for _ in 0..<3 {
            products.append(try await rowsPerSecond(model.product, model))
            libraries[0].append(try await rowsPerSecond(alone, model))
            libraries[1].append(try await rowsPerSecond(all, model))
        }
        let library = libraries.map { $0.sorted()[1] }.max() ?? 0
        return [
            BenchRow(
                "stream of 10,000 prepared rows, documented model",
                products.sorted()[1],
                "rows/s",
                baseline: "same server calling libxgboost",
                library
            )
        ]
    }

    private func rowsPerSecond(
        _ predictor: any PredictHandler,
        _ model: DocumentedModel
    ) async throws -> Double {
        let server = try await startServer(predictor)
        let configuration = RPCClientConfiguration(host: "127.0.0.1", port: server.port)
        let client = RPCClient(configuration, group: clientLoop)
        let request = PredictRequest(model: model.name, rows: .prepared(model.batch))
        let counter = RowCounter()
        let warmUp = ContinuousClock.now + .seconds(seconds / 10)
        let end = warmUp + .seconds(seconds / 3)
        try await client.predictStream(
            RepeatedRequest(request: request, end: end),
            timeout: .seconds(60)
        ) { response in
            if ContinuousClock.now >= warmUp { counter.add(response.probabilities.count) }
        }
        await client.close()
        await server.close()
        return counter.rowsPerSecond
    }
}

/// The same request until a time.
private struct RepeatedRequest: AsyncSequence, Sendable {
    typealias Failure = Never
    let request: PredictRequest
    let end: ContinuousClock.Instant

    struct Iterator: AsyncIteratorProtocol {
        let requests: RepeatedRequest

        mutating func next(isolation actor: isolated (any Actor)?) async -> PredictRequest? {
            ContinuousClock.now < requests.end ? requests.request : nil
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(requests: self) }
}

/// Rows between the first answer that is counted and the last.
private final class RowCounter: Sendable {
    private struct State {
        var rows = 0
        var first: ContinuousClock.Instant?
        var last = ContinuousClock.now
    }

    private let state = Mutex(State())

    func add(_ rows: Int) {
        state.withLock { state in
            state.last = .now
            // The first answer starts the clock: its rows were scored before.
            if state.first == nil { state.first = state.last } else { state.rows += rows }
        }
    }

    var rowsPerSecond: Double {
        state.withLock { state in
            guard let first = state.first, state.last > first else { return 0 }
            return Double(state.rows) / ((state.last - first) / .seconds(1))
        }
    }
}
