// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// Lets a thread of its own wait a little.
func pause() { Thread.sleep(forTimeInterval: 0.002) }

/// Waits until `condition` holds; a test fails when it does not within five minutes, since other
/// suites may hold the threads.
func eventually(
    _ condition: () throws -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let end = ContinuousClock.now + .seconds(300)
    while try !condition() {
        guard ContinuousClock.now < end else {
            Issue.record("does not come true", sourceLocation: sourceLocation)
            return
        }
        try await Task.sleep(for: .milliseconds(5))
    }
}

/// The error of `body` where it throws one.
func failure<Failure: Error>(
    of body: () async throws(Failure) -> some Any
) async -> Failure? {
    do throws(Failure) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

/// Waits for a signal without holding a thread that other tests share.
func waitOnOwnThread(for semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
        Thread {
            semaphore.wait()
            continuation.resume()
        }.start()
    }
}
