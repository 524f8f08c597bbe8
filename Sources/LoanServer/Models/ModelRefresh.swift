// SPDX-License-Identifier: Apache-2.0

internal import LoanService
internal import ServiceLifecycle

/// Keeps the models in memory as fresh as storage, while the server runs.
struct ModelRefresh: Service {
    let service: LoanService

    func run() async throws {
        await cancelWhenGracefulShutdown { [service] in await service.keepModelsFresh() }
    }
}
