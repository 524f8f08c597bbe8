// SPDX-License-Identifier: Apache-2.0

internal import ServiceLifecycle

/// Services that start together and stop together: what each needs to finish its calls counts
/// once, not one after the other.
struct ParallelServices: Service {
    let services: [any Service]

    func run() async throws {
        // The tasks inherit the group's signal for an orderly end.
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for service in services { tasks.addTask { try await service.run() } }
            try await tasks.waitForAll()
        }
    }
}
