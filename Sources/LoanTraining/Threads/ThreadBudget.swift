// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#endif

/// How many threads this process may keep busy: the smallest of the affinity mask and the CPU quota
/// of its control groups (version 2).
///
/// libxgboost 1.7.4 knows version 1 quotas only, so the number is told to it on every call.
package enum ThreadBudget {
    /// The threads available now; at least 1.
    package static func available() -> Int {
        let quota = quota(ofGroup: ownGroup(), root: "/sys/fs/cgroup")
        let threads = min(affinity(), quota)
        return threads == Int.max ? 1 : threads
    }

    /// The processors of the affinity mask: a line "Cpus_allowed:\t3" of hexadecimal words.
    private static func affinity() -> Int {
        let lines = readSmallFile("/proc/self/status").split(separator: "\n")
        let mask = lines.first { $0.hasPrefix("Cpus_allowed:") }?.drop { $0 != "\t" } ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : Int.max
    }

    /// The path of this process in the version 2 hierarchy: the "0::" line of /proc/self/cgroup.
    private static func ownGroup() -> String {
        let lines = readSmallFile("/proc/self/cgroup").split(separator: "\n")
        return lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? "/"
    }

    /// The tightest quota from the process's group up to the root, in whole threads, rounded up.
    package static func quota(ofGroup group: String, root: String) -> Int {
        var tightest = Int.max
        var components = group.split(separator: "/")
        while true {
            let folder = ([Substring(root)] + components).joined(separator: "/")
            if let limit = threads(ofCPUMax: readSmallFile(folder + "/cpu.max")) {
                tightest = min(tightest, limit)
            }
            guard components.popLast() != nil else { return tightest }
        }
    }

    /// Reads "200000 100000" (microseconds of CPU per period) as 2; "max 100000" as no limit.
    package static func threads(ofCPUMax text: String) -> Int? {
        let parts = text.split { $0 == " " || $0 == "\n" }
        guard parts.count == 2, let quota = Int(parts[0]), let period = Int(parts[1]),
            quota > 0, period > 0
        else { return nil }
        return max(1, (quota - 1) / period + 1)
    }

    /// A kernel file of at most 4 KiB, or "" when it is not there.
    private static func readSmallFile(_ path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = unsafe bytes.withUnsafeMutableBytes {
            // The kernel writes at most the buffer's length.
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 else { return "" }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
