// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import Synchronization
import Testing

@Suite struct BackgroundThreadTests {
    /// All on one thread and the one that it starts: a test may go on on another thread, and
    /// threads differ, since each begins with the nice value of whoever started it.
    @Test func onlyTheCallingThreadGivesWay() async throws {
        let (before, given, after) = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<(CInt, [CInt], CInt), any Error>) in
            do {
                try OwnThread.start {
                    let before = Self.nice
                    let given = Self.niceOfAThreadThatGivesWay()
                    continuation.resume(returning: (before, given, Self.nice))
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(given == [max(10, before), max(10, before)])
        #expect(after == before)
    }

    /// The nice values of a new thread after it has given way once and twice; empty where there is
    /// no thread.
    private static func niceOfAThreadThatGivesWay() -> [CInt] {
        let values = Mutex<[CInt]>([])
        let hasEnded = DispatchSemaphore(value: 0)
        let isStarted: Void? = try? OwnThread.start {
            for _ in 0..<2 {
                BackgroundThread.giveWay()
                values.withLock { $0.append(Self.nice) }
            }
            hasEnded.signal()
        }
        if isStarted != nil { hasEnded.wait() }
        return values.withLock { $0 }
    }

    /// The nice value of the calling thread.
    private static var nice: CInt { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
}
