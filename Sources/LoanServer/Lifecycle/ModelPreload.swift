// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService
internal import Logging
internal import ServiceLifecycle

/// Loads the models of the start, each again until it loads; readiness waits for them and says why.
struct ModelPreload: Service {
    /// Pauses between attempts double up to this.
    private static let pauseMax = Duration.seconds(30)

    let models: [PreloadedModel]
    let service: LoanService
    let readiness: Readiness
    /// Called after the first attempt at each model.
    let attempts: AsyncStream<Void>.Continuation
    let logger: Logger

    /// The name of a model in readiness.
    static func part(_ model: PreloadedModel) -> String { "model \(model.reference.name)" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { tasks in
                for model in models { tasks.addTask { await load(model) } }
            }
        }
        // The group ends with its first service: this one is done, not over.
        try? await gracefulShutdown()
    }

    private func load(_ model: PreloadedModel) async {
        var pause = Duration.seconds(1)
        var isServed = await attempt(model)
        attempts.yield()
        while !isServed {
            try? await Task.sleep(for: pause)
            if Task.isCancelled { return }
            pause = min(pause * 2, Self.pauseMax)
            isServed = await attempt(model)
        }
    }

    private func attempt(_ model: PreloadedModel) async -> Bool {
        do throws(ServiceError) {
            try await service.serveFromStart(model.reference)
            readiness.done(Self.part(model))
            return true
        } catch {
            let reason = RPCStatus(error).message
            readiness.waits(for: Self.part(model), because: "does not load: \(reason)")
            logger.error(
                "a model of the start does not load; it is tried again",
                metadata: [
                    LogKey.modelName: "\(model.reference.name)", LogKey.error: "\(reason)",
                ]
            )
            return false
        }
    }
}
