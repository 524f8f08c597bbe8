// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Machine
internal import Observability
internal import Synchronization

/// Runs blocking work (files, libcurl, libxgboost) on a thread of its own, so that neither an event
/// loop nor the cooperative pool waits. The thread ends with the work, and logs under the id of the
/// request that asked for it.
func onOwnThread<Result: Sendable>(
    named name: String,
    _ work: @escaping @Sendable () throws(ServiceError) -> Result
) async throws(ServiceError) -> Result {
    typealias Outcome = Swift.Result<Result, ServiceError>
    let outcome: Outcome = await withCheckedContinuation { continuation in
        do throws(ServiceError) {
            try startThread(named: name) { continuation.resume(returning: Outcome(catching: work)) }
        } catch {
            continuation.resume(returning: .failure(error))
        }
    }
    return try outcome.get()
}

/// Runs blocking work on a thread of the lowest priority, and what it posts on an ordinary one.
func inBackground<Result: Sendable>(
    named name: String,
    _ work:
        @escaping @Sendable (
            _ post: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void
        ) throws(ServiceError) -> Result
) async throws(ServiceError) -> Result {
    typealias Outcome = Swift.Result<Result, ServiceError>
    return try await onOwnThread(named: name) { () throws(ServiceError) in
        let relay = Relay()
        let outcome = Box<Outcome>()
        try startThread(named: name) {
            BackgroundThread.enter()
            let result = Outcome { () throws(ServiceError) in
                try work { relay.post($0) }
            }
            outcome.set(result)
            relay.close()
        }
        relay.run()
        guard let result = outcome.value else {
            preconditionFailure("the relay is closed when the outcome is there")
        }
        return try result.get()
    }
}

/// A value that one thread hands to another.
private final class Box<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)

    var value: Value? { content.withLock { $0 } }

    func set(_ value: Value) { content.withLock { $0 = value } }
}

/// - Throws: `unavailable` when no thread can be started; `body` does not run then.
private func startThread(
    named name: String,
    _ body: @escaping @Sendable () -> Void
) throws(ServiceError) {
    let context = RequestContext.current
    do {
        try OwnThread.start {
            Thread.current.name = name
            RequestContext.$current.withValue(context) { body() }
        }
    } catch {
        throw .unavailable(
            message: "no thread can be started: \(SystemErrorText.of(error.code)); try again later",
            retryAfterSeconds: 5
        )
    }
}
