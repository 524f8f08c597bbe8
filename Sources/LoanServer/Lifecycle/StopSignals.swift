// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Glibc
internal import LoanService
internal import Logging
internal import ServiceLifecycle
internal import UnixSignals

/// Acts on the process's signals: the first SIGTERM, SIGINT or SIGQUIT stops it in order, a second
/// one at once; SIGHUP reads again what may change while it runs.
struct StopSignals {
    /// Called at the first signal, before anything else.
    let onStop: @Sendable () -> Void
    /// Called for SIGHUP.
    let onReload: @Sendable () async -> Void
    /// An orderly stop that takes longer than this is cut off.
    let timeMax: Duration
    let logger: Logger

    /// Runs `group` until it ends, or a signal has ended it.
    func run(_ group: ServiceGroup) async throws {
        let signals = await UnixSignalsSequence(
            trapping: [.sigterm, .sigint, .sigquit, .sighup]
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await watch(signals, group) }
            defer { tasks.cancelAll() }
            try await group.run()
        }
    }

    private func watch(_ signals: UnixSignalsSequence, _ group: ServiceGroup) async {
        var isStopping = false
        for await signal in signals {
            if signal == .sighup {
                await onReload()
            } else if isStopping {
                leave("stopping at once")
            } else {
                isStopping = true
                onStop()
                logger.info("stopping", metadata: [LogKey.signal: "\(signal)"])
                cutOff()
                await group.triggerGracefulShutdown()
            }
        }
    }

    private func cutOff() {
        let thread = Thread {
            Thread.sleep(forTimeInterval: timeMax / .seconds(1))
            leave("the orderly stop took too long")
        }
        thread.name = "cut off"
        thread.start()
    }

    /// Ends the process without waiting for anything. Whatever is stored is stored in one step, so
    /// nothing half-written is left.
    private func leave(_ reason: Logger.Message) {
        logger.warning(reason)
        _exit(1)
    }
}
