// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Lets one piece of work of a kind run at a time and refuses the next one at once.
final class SingleFlight: Sendable {
    private let isTaken = Mutex(false)
    private let message: String
    private let retryAfterSeconds: Int

    init(refusal message: String, retryAfterSeconds: Int) {
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Runs `work` unless other work is under way.
    /// - Throws: `.busy`, or what `work` throws.
    func run<Result: Sendable>(
        _ work: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let entered = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
        guard entered else {
            throw .busy(message: message, retryAfterSeconds: retryAfterSeconds)
        }
        defer { isTaken.withLock { $0 = false } }
        return try await work()
    }
}
