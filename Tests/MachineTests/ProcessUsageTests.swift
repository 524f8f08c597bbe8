// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import TestSupport
import Testing

@Suite struct ProcessUsageTests {
    @Test func describesThisProcess() {
        let usage = ProcessUsage.now()
        #expect(usage.residentBytes > 1 << 20)
        #expect(usage.virtualBytes >= usage.residentBytes)
        #expect(usage.threadCount >= 1)
        #expect(usage.descriptorCount >= 3)
        #expect(usage.descriptorsMax >= usage.descriptorCount)
        let age = Date().timeIntervalSince1970 - usage.startedAt
        #expect((-2...86_400).contains(age), "the process began \(age) s ago")
    }

    @Test func processorTimeGrowsWithWork() {
        let before = ProcessUsage.now().processorTime
        var sum = 0.0
        let end = ContinuousClock.now + .seconds(20)
        while ProcessUsage.now().processorTime - before < .milliseconds(50) {
            for step in 1...100_000 { sum += 1 / Double(step) }
            guard ContinuousClock.now < end else { break }
        }
        #expect(ProcessUsage.now().processorTime - before >= .milliseconds(50), "\(sum)")
    }

    @Test func readsNumbersByTheirWholeKey() {
        let text = "VmRSSish: 5 kB\nVmRSS:\t 42 kB\nnr_periods 7\n"
        #expect(SmallFile.number("VmRSS", in: text) == 42)
        #expect(SmallFile.number("nr_periods", in: text) == 7)
        #expect(SmallFile.number("nr", in: text) == nil)
        #expect(SmallFile.text("/proc/self/no-such-file") == "")
    }

    @Test func aBackgroundThreadYieldsToAllOthers() async {
        // Whoever runs the tests may have a low priority already.
        let before = Self.policyOfThisThread()
        let policy: Int? = await withCheckedContinuation { continuation in
            Thread {
                BackgroundThread.enter()
                continuation.resume(returning: Self.policyOfThisThread())
            }.start()
        }
        // SCHED_IDLE.
        #expect(policy == 5)
        #expect(Self.policyOfThisThread() == before)
    }

    /// The 41st field of the thread's stat.
    private static func policyOfThisThread() -> Int? {
        let fields = SmallFile.text("/proc/thread-self/stat").split(separator: ")").last?
            .split(separator: " ")
        return fields.flatMap { $0.count > 38 ? Int($0[38]) : nil }
    }
}
