// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import Logging
internal import NIOPosix
internal import ServiceLifecycle

/// Takes over changed files of tokens and TLS while the server runs, by looking at their contents
/// again and again: whoever replaces them, a link of Kubernetes included, has nothing more to do.
///
/// A change counts when two looks in a row have found the same, so that a file that is being
/// written, or a certificate whose key is about to follow, is left alone. What is unusable is said
/// once and not tried again before the next change.
struct SecurityWatch: Service {
    /// Between two looks.
    static let interval = Duration.seconds(2)

    let security: Security
    /// For reading the files.
    let threads: NIOThreadPool
    let logger: Logger

    func run() async throws {
        guard security.readsFiles else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            var seen: Int?
            while !Task.isCancelled {
                seen = await look(after: seen)
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// - Parameter seen: the change that the look before has found.
    /// - Returns: the change that this one has found and not yet acted on.
    private func look(after seen: Int?) async -> Int? {
        try? await threads.runIfActive { [security, logger] in
            let change = security.changedFingerprint()
            guard let change, change == seen else { return change }
            security.reload(logger)
            return nil
        }
    }
}
