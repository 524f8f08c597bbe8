// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import Tracing

/// Runs blocking work (files, libcurl, libxgboost) on a thread of its own, so that neither an event
/// loop nor the cooperative pool waits. The thread ends with the work, and logs under the id of the
/// request that asked for it.
func onOwnThread<Result: Sendable>(
    named name: String,
    _ work: @escaping @Sendable () throws(ServiceError) -> Result
) async throws(ServiceError) -> Result {
    typealias Outcome = Swift.Result<Result, ServiceError>
    let context = ServiceContext.current ?? .topLevel
    let outcome: Outcome = await withCheckedContinuation { continuation in
        let thread = Thread {
            ServiceContext.withValue(context) {
                continuation.resume(returning: Outcome(catching: work))
            }
        }
        thread.name = name
        thread.stackSize = stackBytes
        thread.start()
    }
    return try outcome.get()
}

/// libxgboost recurses once per level of a tree; 8 MiB is what a main thread has.
private let stackBytes = 8 << 20
