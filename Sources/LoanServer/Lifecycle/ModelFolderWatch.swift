// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import LoanService
internal import Logging
internal import ServiceLifecycle

/// Serves the models of a folder as they come, change and go. What does not load is reported, and
/// tried again when its file changes or after a pause; the others are served all the same.
struct ModelFolderWatch: Service {
    /// The name of the folder in readiness.
    static let part = "model folder"

    /// Nil where no folder is watched.
    let folder: StorageLocation?
    /// Which iterations of its models count.
    let iterations: ModelIterations
    let service: LoanService
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        if let folder {
            await cancelWhenGracefulShutdown {
                var round = ModelFolderRound()
                while !Task.isCancelled {
                    await look(at: folder, &round)
                    try? await Task.sleep(for: Self.pause(folder))
                }
            }
        }
        // The group ends with its first service: this one is done, not over.
        try? await gracefulShutdown()
    }

    /// A folder of the object store is listed by a call that costs.
    private static func pause(_ folder: StorageLocation) -> Duration {
        switch folder {
        case .local: .seconds(2)
        case .s3: .seconds(10)
        }
    }

    private func look(at folder: StorageLocation, _ round: inout ModelFolderRound) async {
        let found: (models: [ListedModel], problems: [String: String])
        do throws(ServiceError) {
            found = try await service.models(in: folder, iterations)
        } catch {
            report(folder: RPCStatus(error).message, &round)
            return
        }
        if round.listed(problems: found.problems) {
            for (name, problem) in found.problems.sorted(by: { $0.key < $1.key }) {
                report(name, problem)
            }
        }
        let (due, gone) = round.begin(found.models, now: .now)
        for model in gone {
            service.withdraw(model)
            logger.notice("a model has left the folder", metadata: Self.metadata(model))
        }
        let outcomes = await load(due)
        for (model, error) in outcomes {
            round.end(model, error, now: .now)
            if let error { report(model.reference.name, RPCStatus(error).message) }
        }
        if let obstacle = round.obstacle {
            readiness.waits(for: Self.part, because: obstacle)
        } else {
            readiness.done(Self.part)
        }
    }

    private func load(_ models: [ListedModel]) async -> [(ListedModel, ServiceError?)] {
        await withTaskGroup(of: (ListedModel, ServiceError?).self) { tasks in
            for model in models {
                tasks.addTask {
                    do throws(ServiceError) {
                        try await service.serveHere(model)
                        return (model, nil)
                    } catch {
                        return (model, error)
                    }
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private func report(_ name: String, _ problem: String) {
        logger.error(
            "a model of the folder does not load",
            metadata: [LogKey.modelName: "\(name)", LogKey.error: "\(problem)"]
        )
    }

    /// A folder that cannot be listed: the models that it had stay in service.
    private func report(folder problem: String, _ round: inout ModelFolderRound) {
        guard round.failed(problem) else { return }
        if !round.hasListed {
            readiness.waits(for: Self.part, because: "cannot be listed: \(problem)")
        }
        logger.error("the model folder cannot be listed", metadata: [LogKey.error: "\(problem)"])
    }

    private static func metadata(_ model: ListedModel) -> Logger.Metadata {
        [LogKey.modelName: "\(model.reference.name)", LogKey.objectName: "\(model.path)"]
    }
}
