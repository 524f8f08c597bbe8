// SPDX-License-Identifier: Apache-2.0

internal import CMalloc
internal import Glibc

/// The memory of this process.
package enum ProcessMemory {
    /// Bytes in memory.
    package static func residentBytes() -> Int {
        let fields = SmallFile.text("/proc/self/statm").split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Gives freed memory back to the system.
    package static func giveBack() { malloc_trim(0) }
}
