// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// How many threads this process may keep busy: the smallest of the affinity mask and the CPU quota
/// of its control groups (version 2).
///
/// libxgboost 1.7.4 knows version 1 quotas only, so the number is passed to it on every call.
package enum ThreadBudget {
    /// The threads available now; at least 1.
    package static func available() -> Int {
        let threads = min(affinity(), ControlGroup.own().threadsMax ?? Int.max)
        return threads == Int.max ? 1 : threads
    }

    /// The processors of the affinity mask: a line "Cpus_allowed:\t3" of hexadecimal words.
    private static func affinity() -> Int {
        let lines = SmallFile.text("/proc/self/status").split(separator: "\n")
        let mask = lines.first { $0.hasPrefix("Cpus_allowed:") }?.drop { $0 != "\t" } ?? ""
        let count = mask.reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : Int.max
    }
}
