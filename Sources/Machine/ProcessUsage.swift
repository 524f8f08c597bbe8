// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The resources that this process uses at this moment.
package struct ProcessUsage: Sendable {
    /// Bytes in memory.
    package let residentBytes: Int
    /// Bytes of address space.
    package let virtualBytes: Int
    /// Threads that exist.
    package let threadCount: Int
    /// Descriptors that are open.
    package let descriptorCount: Int
    /// Most descriptors the process may open.
    package let descriptorsMax: Int
    /// Processor time so far, user and system.
    package let processorTime: Duration
    /// Seconds since 1970 at which the process began.
    package let startedAt: Double

    /// Reads /proc.
    package static func now() -> ProcessUsage {
        let status = SmallFile.text("/proc/self/status")
        // The second field is the program's name in parentheses, which may hold spaces.
        let stat = SmallFile.text("/proc/self/stat").split(separator: ")").last ?? ""
        let fields = stat.split(separator: " ").map { Int($0) ?? 0 }
        let ticksPerSecond = max(1, sysconf(Int32(_SC_CLK_TCK)))
        func field(_ number: Int) -> Int {
            // Fields are numbered from 1, and the third is the first after the name.
            fields.indices.contains(number - 3) ? fields[number - 3] : 0
        }
        let bootedAt = SmallFile.number(
            "btime",
            in: SmallFile.text("/proc/stat", bytesMax: 1 << 16)
        )
        return ProcessUsage(
            residentBytes: (SmallFile.number("VmRSS", in: status) ?? 0) << 10,
            virtualBytes: (SmallFile.number("VmSize", in: status) ?? 0) << 10,
            threadCount: SmallFile.number("Threads", in: status) ?? 0,
            descriptorCount: openDescriptors(),
            descriptorsMax: SmallFile.number(
                "Max open files",
                in: SmallFile.text("/proc/self/limits")
            ) ?? 0,
            processorTime: .seconds(Double(field(14) + field(15)) / Double(ticksPerSecond)),
            startedAt: Double(bootedAt ?? 0) + Double(field(22)) / Double(ticksPerSecond)
        )
    }

    private static func openDescriptors() -> Int {
        guard let folder = unsafe opendir("/proc/self/fd") else { return 0 }
        // The folder is open from here to the end of this function, and no longer.
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Without ".", ".." and the descriptor that this listing takes.
        return max(0, count - 3)
    }
}
