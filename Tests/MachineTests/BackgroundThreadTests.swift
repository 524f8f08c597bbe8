// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import Testing

@Suite struct BackgroundThreadTests {
    @Test func onlyTheCallingThreadGivesWay() async throws {
        let before = Self.nice
        let after = try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<[CInt], any Error>) in
            do {
                try OwnThread.start {
                    BackgroundThread.giveWay()
                    let once = Self.nice
                    BackgroundThread.giveWay()
                    continuation.resume(returning: [once, Self.nice])
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
        #expect(after == [max(10, before), max(10, before)])
        #expect(Self.nice == before)
    }

    /// The nice value of the calling thread.
    private static var nice: CInt { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
}
