// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Stops work that takes minutes.
final class WorkStop: Sendable {
    private let raised = Atomic(false)
    private let outer: WorkStop?

    /// - Parameter outer: stops this work too.
    init(within outer: WorkStop? = nil) { self.outer = outer }

    /// Raises it, for good.
    func raise() { raised.store(true, ordering: .relaxed) }

    /// Whether the work is to stop.
    var isRaised: Bool { raised.load(ordering: .relaxed) || outer?.isRaised == true }

    /// The answer to callers whose work is stopped.
    static let refusal = ServiceError.unavailable(
        message: "the server is stopping",
        retryAfterSeconds: 1
    )

    /// Runs work that is cancelled when the process stops. Its caller learns why: another server
    /// can do the work.
    func interrupting<Result: Sendable>(
        _ work: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        if isRaised { throw Self.refusal }
        do throws(ServiceError) {
            return try await work()
        } catch .cancelled where isRaised {
            throw Self.refusal
        }
    }
}
