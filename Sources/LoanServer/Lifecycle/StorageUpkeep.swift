// SPDX-License-Identifier: Apache-2.0

internal import LoanService
internal import ServiceLifecycle

/// Clears storage of the leftovers of an earlier process that was killed, and keeps the models in
/// memory as fresh as storage while the server runs.
struct StorageUpkeep: Service {
    let service: LoanService
    /// One for each first attempt at a model of the start.
    let attempts: AsyncStream<Void>
    /// Models of the start.
    let modelCount: Int

    func run() async throws {
        await cancelWhenGracefulShutdown { [service, attempts, modelCount] in
            async let swept: Void = service.sweepStorage()
            await service.keepModelsFresh {
                for await _ in attempts.prefix(modelCount) {}
            }
            await swept
        }
    }
}
