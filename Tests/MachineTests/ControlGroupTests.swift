// SPDX-License-Identifier: Apache-2.0

import Foundation
import Machine
import TestSupport
import Testing

@Suite struct ControlGroupTests {
    @Test(arguments: [
        ("200000 100000\n", 2), ("250000 100000", 3), ("50000 100000", 1), ("max 100000", nil),
        ("", nil), ("0 100000", nil), ("5 0", nil), ("9223372036854775807 1", Int.max),
    ])
    func readsQuotas(text: String, threads: Int?) {
        #expect(ControlGroup.threads(ofCPUMax: text) == threads)
    }

    @Test func takesTheTightestLimitsUpToTheRoot() throws {
        let group = try TestGroup()
        try group.write("kubepods/pod/cpu.max", "400000 100000")
        try group.write("kubepods/cpu.max", "300000 100000")
        try group.write("kubepods/pod/memory.max", "max\n")
        try group.write("kubepods/memory.max", "536870912\n")
        #expect(group.pod.threadsMax == 3)
        #expect(group.pod.memoryBytesMax == 512 << 20)
        let elsewhere = ControlGroup(group: "/elsewhere", root: group.folder.url.path)
        #expect(elsewhere.threadsMax == nil)
        #expect(elsewhere.memoryBytesMax == nil)
    }

    @Test func readsUseAndThrottlingOfTheInnermostGroup() throws {
        let group = try TestGroup()
        try group.write("kubepods/pod/memory.current", "1048576\n")
        try group.write(
            "kubepods/pod/cpu.stat",
            "usage_usec 9\nnr_periods 10\nnr_throttled 3\nthrottled_usec 2500\n"
        )
        #expect(group.pod.memoryBytesUsed == 1 << 20)
        let throttling = try #require(group.pod.throttling)
        #expect(throttling.periods == 10)
        #expect(throttling.throttledPeriods == 3)
        #expect(throttling.throttledTime == .microseconds(2500))
    }

    @Test func saysNothingWhereThereIsNoQuota() throws {
        let group = try TestGroup()
        try group.write("kubepods/pod/cpu.stat", "usage_usec 9\n")
        #expect(group.pod.throttling == nil)
    }

    /// A hierarchy of control groups in a folder.
    private struct TestGroup {
        let folder: TemporaryFolder
        var pod: ControlGroup { ControlGroup(group: "/kubepods/pod", root: folder.url.path) }

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                at: folder.url.appendingPathComponent("kubepods/pod"),
                withIntermediateDirectories: true
            )
        }

        func write(_ file: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.url.appendingPathComponent(file))
        }
    }
}
