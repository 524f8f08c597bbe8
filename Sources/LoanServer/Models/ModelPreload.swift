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
    let logger: Logger

    /// What readiness calls a model.
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
        while !Task.isCancelled {
            do throws(ServiceError) {
                try await service.serveFromStart(model.reference)
                return readiness.done(Self.part(model))
            } catch {
                let reason = RPCStatus(error).message
                readiness.waits(for: Self.part(model), because: "does not load: \(reason)")
                logger.error(
                    "a model of the start does not load; it is tried again",
                    metadata: [
                        LogKey.modelName: "\(model.reference.name)", LogKey.error: "\(reason)",
                    ]
                )
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.pauseMax)
        }
    }
}
