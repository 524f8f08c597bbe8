// SPDX-License-Identifier: Apache-2.0

/// Why a kernel is or is not used for a forest.
public enum KernelStatus: Sendable, Equatable {
    /// Compiled, and right in the self-check.
    case active
    /// Above the tier of the machine, or of the options.
    case tierUnavailable
    /// The shape does not fit: depth, byte columns or size, or whether there are trees.
    case shapeUnsupported
    /// Another kernel is faster for every batch of this forest: not built unless forced.
    case notNeeded
    /// Switched off in the options.
    case disabled
    /// The system refuses executable memory.
    case memoryRefused
    /// A result was wrong: not used.
    case failedSelfCheck
}
