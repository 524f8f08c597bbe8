// SPDX-License-Identifier: Apache-2.0

/// The control group (version 2) of this process: the limits of a container.
///
/// A limit of any group above binds as well, so limits are the tightest on the way to the root.
package struct ControlGroup: Sendable {
    /// The folders of the group and of all groups above it, from the innermost on.
    private let folders: [String]

    /// - Parameters:
    ///   - group: the path in the hierarchy, as the "0::" line of /proc/self/cgroup has it.
    ///   - root: where the hierarchy is mounted.
    package init(group: String, root: String = "/sys/fs/cgroup") {
        var components = group.split(separator: "/")
        var folders: [String] = []
        while true {
            folders.append(([Substring(root)] + components).joined(separator: "/"))
            guard components.popLast() != nil else { break }
        }
        self.folders = folders
    }

    /// The group of this process.
    package static func own() -> ControlGroup {
        let lines = SmallFile.text("/proc/self/cgroup").split(separator: "\n")
        let own = lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
        return ControlGroup(group: own ?? "/")
    }

    /// The tightest CPU quota in whole threads, rounded up; nil without one.
    package var threadsMax: Int? {
        folders.compactMap { Self.threads(ofCPUMax: SmallFile.text($0 + "/cpu.max")) }.min()
    }

    /// The tightest limit of memory in bytes; nil without one.
    package var memoryBytesMax: Int? {
        folders.compactMap { Self.bytes(SmallFile.text($0 + "/memory.max")) }.min()
    }

    /// Bytes that the group uses now, caches of files included; nil where that is not known.
    package var memoryBytesUsed: Int? {
        folders.first.flatMap { Self.bytes(SmallFile.text($0 + "/memory.current")) }
    }

    /// How often and how long the quota held the group's threads back; nil where that is not known.
    package var throttling: Throttling? {
        let text = SmallFile.text((folders.first ?? "") + "/cpu.stat")
        guard let periods = SmallFile.number("nr_periods", in: text),
            let throttled = SmallFile.number("nr_throttled", in: text),
            let microseconds = SmallFile.number("throttled_usec", in: text)
        else { return nil }
        return Throttling(
            periods: periods,
            throttledPeriods: throttled,
            throttledTime: .microseconds(microseconds)
        )
    }

    /// The lines of cpu.stat about a quota.
    package struct Throttling: Sendable, Equatable {
        /// Periods in which the group had work.
        package let periods: Int
        /// Of these, periods in which its quota ran out.
        package let throttledPeriods: Int
        /// Time that runnable threads were held back, summed over threads.
        package let throttledTime: Duration
    }

    /// Reads "200000 100000" (microseconds of CPU per period) as 2; "max 100000" as no limit.
    package static func threads(ofCPUMax text: String) -> Int? {
        let parts = text.split { $0 == " " || $0 == "\n" }
        guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]),
            quota > 0, period > 0
        else { return nil }
        return max(1, (quota - 1) / period + 1)
    }

    /// Reads a number of bytes; nil for "max".
    private static func bytes(_ text: String) -> Int? {
        text.split(separator: "\n").first.flatMap { Int($0) }
    }
}
