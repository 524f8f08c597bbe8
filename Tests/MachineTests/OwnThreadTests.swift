// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import Synchronization
import Testing

/// Threads, and what is reported when there are none.
@Suite struct OwnThreadTests {
    @Test func workRunsOnAnotherThread() async throws {
        let isOther = await withCheckedContinuation { continuation in
            let here = ObjectIdentifier(Thread.current)
            do {
                try OwnThread.start {
                    continuation.resume(returning: ObjectIdentifier(Thread.current) != here)
                }
            } catch {
                continuation.resume(returning: false)
            }
        }
        #expect(isOther)
    }

    @Test func aThreadThatCannotBeStartedIsReportedAndLeavesNothing() {
        final class Held: Sendable {}
        weak var held: Held?
        let runs = Atomic(0)
        do {
            let object = Held()
            held = object
            // No process has 128 TiB for a stack.
            #expect(throws: OwnThread.Unavailable.self) {
                try OwnThread.start(stackBytes: 1 << 47) {
                    _ = object
                    runs.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(held == nil)
        #expect(runs.load(ordering: .relaxed) == 0)
    }
}
