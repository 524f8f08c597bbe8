// SPDX-License-Identifier: Apache-2.0

internal import LoanService
internal import ServiceLifecycle

/// Clears storage of what an earlier process left when it was killed, and keeps the models in memory
/// as fresh as storage while the server runs.
struct StorageUpkeep: Service {
    let service: LoanService

    func run() async throws {
        await cancelWhenGracefulShutdown { [service] in
            async let tidied: Void = service.tidyStorage()
            await service.keepModelsFresh()
            await tidied
        }
    }
}
