// SPDX-License-Identifier: Apache-2.0

internal import ServiceLifecycle

/// Keeps everything going for a while after the signal to stop, until the balancers in front have
/// seen that the server is not ready. The group stops its services from the last one on, so this
/// one comes last there.
struct DrainDelay: Service {
    let duration: Duration

    func run() async throws {
        try await gracefulShutdown()
        try await Task.sleep(for: duration)
    }
}
