// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The image of memory that the kernel writes when this process crashes.
package enum CoreFiles {
    /// No core file: it would hold tokens, keys and applicants.
    package static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        // The limit is read during the call only. Lowering it needs no privilege.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
