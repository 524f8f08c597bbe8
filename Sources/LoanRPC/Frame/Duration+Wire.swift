// SPDX-License-Identifier: Apache-2.0

internal import Machine

extension Duration {
    /// The duration in milliseconds, rounded up, within what a u32 holds.
    package var millisecondsOnWire: UInt32 {
        let nanoseconds = nanosecondsClamped
        guard nanoseconds > 0 else { return 0 }
        let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
        return UInt32(clamping: milliseconds)
    }
}
