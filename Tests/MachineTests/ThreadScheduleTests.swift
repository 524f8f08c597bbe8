// SPDX-License-Identifier: Apache-2.0

import Machine
import Synchronization
import Testing

/// All on threads of their own: a schedule cannot be taken back.
@Suite struct ThreadScheduleTests {
    @Test func aThreadThatGivesWayHasLessWeightAndLongerSlices() async throws {
        let (before, after) = try await Self.schedules { BackgroundThread.giveWay() }
        guard let before, let after else { return }
        #expect(after.nice == max(10, before.nice))
        // Kernels before 6.12 have no slices of threads.
        if after.slice != nil { #expect(after.slice == ThreadSchedule.patientSlice) }
    }

    @Test func aPromptThreadKeepsItsWeightAndHasShortSlices() async throws {
        let (before, after) = try await Self.schedules { PromptThread.enter() }
        guard let before, let after else { return }
        #expect(after.nice == before.nice)
        if after.slice != nil { #expect(after.slice == ThreadSchedule.promptSlice) }
    }

    @Test func aPromptThreadMayGiveWayLater() async throws {
        let (_, after) = try await Self.schedules {
            PromptThread.enter()
            BackgroundThread.giveWay()
        }
        guard let after else { return }
        #expect(after.nice >= 10)
        if after.slice != nil { #expect(after.slice == ThreadSchedule.patientSlice) }
    }

    @Test func aThreadOfIdleTimeHasNoScheduleAndIsLeftAsItIs() async throws {
        let (_, after) = try await Self.schedules {
            BackgroundThread.enter()
            BackgroundThread.giveWay()
            PromptThread.enter()
        }
        #expect(after == nil)
    }

    @Test func slicesOfPromptThreadsAreShorterThanThoseOfThreadsThatGiveWay() {
        #expect(ThreadSchedule.promptSlice < ThreadSchedule.patientSlice)
        // What the kernel allows.
        #expect(ThreadSchedule.promptSlice >= .microseconds(100))
        #expect(ThreadSchedule.patientSlice <= .milliseconds(100))
    }

    /// The schedules of a new thread before and after `change`; nil where the tests themselves run
    /// by other rules.
    private static func schedules(
        _ change: @escaping @Sendable () -> Void
    ) async throws -> (ThreadSchedule?, ThreadSchedule?) {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try OwnThread.start {
                    let before = ThreadSchedule.current
                    change()
                    continuation.resume(returning: (before, ThreadSchedule.current))
                }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}
