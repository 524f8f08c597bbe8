// SPDX-License-Identifier: Apache-2.0

/// What a compressed file may ask of us. Memory is bounded by the window and one piece of content.
package struct CompressionLimits: Sendable, Equatable {
    /// Bytes of the content.
    package var contentBytesMax = 1 << 38
    /// Bytes of content for each byte of the file, once there are more than `freeBytes`. Tables
    /// shrink to a tenth or so; what shrinks this far is made to.
    package var densityMax = 250
    /// Bytes of content that any file may have.
    package var freeBytes = 64 << 20
    /// Bytes of a window of Zstandard, as a power of 2: what its own program takes.
    package var windowBytesLog = 27

    /// The default limits.
    package init() {}
}
