// SPDX-License-Identifier: Apache-2.0

internal import Machine

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 {
        nanosecondsClamped / 1_000_000
    }
}
