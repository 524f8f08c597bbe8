// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanTraining
import TestSupport
import Testing

@Suite struct ThreadBudgetTests {
    @Test(arguments: [
        ("200000 100000\n", 2), ("250000 100000", 3), ("50000 100000", 1), ("max 100000", nil),
        ("", nil), ("0 100000", nil), ("5 0", nil), ("9223372036854775807 1", Int.max),
    ])
    func readsQuotas(text: String, threads: Int?) {
        #expect(ThreadBudget.threads(ofCPUMax: text) == threads)
    }

    @Test func takesTheTightestQuotaUpToTheRoot() throws {
        let folder = try TemporaryFolder()
        let inner = folder.url.appendingPathComponent("kubepods/pod")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        try Data("400000 100000".utf8).write(to: inner.appendingPathComponent("cpu.max"))
        try Data("300000 100000".utf8)
            .write(to: folder.url.appendingPathComponent("kubepods/cpu.max"))
        #expect(ThreadBudget.quota(ofGroup: "/kubepods/pod", root: folder.url.path) == 3)
        #expect(ThreadBudget.quota(ofGroup: "/elsewhere", root: folder.url.path) == Int.max)
    }

    @Test func grantsAtLeastOneThread() {
        #expect(ThreadBudget.available() >= 1)
        #expect(ThreadBudget.available() <= ProcessInfo.processInfo.processorCount)
    }
}
