// SPDX-License-Identifier: Apache-2.0

/// Machine code that is written and not yet mapped for execution.
struct CodeBytes: Sendable {
    /// Memory whose first `count` bytes are the code.
    let storage: AlignedStorage
    let count: Int
}
