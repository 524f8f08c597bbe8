// SPDX-License-Identifier: Apache-2.0

/// Why a call is not begun.
package enum ShedReason: String, Sendable, CaseIterable {
    /// Too many batches wait for a thread.
    case queue
    /// The batch would wait too long.
    case wait
    /// Too many bytes are kept for calls.
    case bytes
    /// Too many streams of one connection are open.
    case streams
    /// The server is about to stop.
    case draining
    /// The process is close to its limit of memory.
    case memory
    /// The caller's time is over, or would be before the work begins.
    case deadline
}
