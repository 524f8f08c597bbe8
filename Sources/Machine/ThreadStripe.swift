// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which of several places a thread uses, so that threads seldom meet in one.
package enum ThreadStripe {
    /// The place of this thread among `count`, always the same one; threads share places where
    /// there are more of them.
    @inline(__always)
    package static func place(of count: Int) -> Int {
        // The address of the thread's own block: aligned, so that its lower bits say nothing, and
        // multiplied by the golden ratio, so that all of the others count.
        let mixed = (UInt64(pthread_self()) >> 6) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: (mixed >> 33) % UInt64(count))
    }
}
