// SPDX-License-Identifier: Apache-2.0

import Admission
import LoanServer
import Machine
import NIOCore
import NIOPosix
import Testing

/// O11. Who waits for whom: threads that score large batches and explain scores for those of
/// connections.
@Suite struct ThreadWeightTests {
    @Test func threadsOfLargePredictionsAndReasonsGiveWay() async throws {
        let admission = AdmissionControl(threadCount: 1)
        let schedule: ThreadSchedule? = await withCheckedContinuation { continuation in
            admission.pool.run(rows: 1, lane: admission.pool.newLane()) { _, _ in
                continuation.resume(returning: ThreadSchedule.current)
                return .end(rows: 1)
            }
        }
        try await admission.stop()
        // Nil where the tests themselves run by rules of real time.
        guard let schedule else { return }
        #expect(schedule.nice >= 10)
        // Kernels before 6.12 have no slices of threads.
        if schedule.slice != nil { #expect(schedule.slice == ThreadSchedule.patientSlice) }
    }

    @Test func eventLoopsOfAServerDoNotWaitForThreadsThatGiveWay() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let threads = ServerThreads(eventLoops: group, files: .singleton)
        threads.makePrompt()
        for loop in group.makeIterator() {
            let schedule = try await loop.submit { ThreadSchedule.current }.get()
            guard let schedule, schedule.slice != nil else { continue }
            #expect(schedule.slice == ThreadSchedule.promptSlice)
        }
        try await group.shutdownGracefully()
    }
}
