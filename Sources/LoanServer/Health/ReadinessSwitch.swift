// SPDX-License-Identifier: Apache-2.0

internal import ServiceLifecycle

/// Turns readiness off at the first signal to stop. The group stops its services from the last one
/// on, so this one comes last there.
struct ReadinessSwitch: Service {
    let readiness: Readiness

    func run() async throws {
        try await gracefulShutdown()
        readiness.set(false)
    }
}
