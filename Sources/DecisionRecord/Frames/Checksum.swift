// SPDX-License-Identifier: Apache-2.0

internal import CRecord

/// CRC-32C of bytes.
package enum Checksum {
    /// Found out once.
    static let hasInstructions = crec_has_crc32c()

    /// The checksum of bytes after others.
    /// - Parameter before: that of the others; 0 where there are none.
    package static func of(_ bytes: RawSpan, after before: UInt32 = 0) -> UInt32 {
        // The pointer is valid for the count, and used within the call only.
        unsafe bytes.withUnsafeBytes { unsafe of($0, after: before) }
    }

    /// The same for a part of an array.
    package static func of(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        // The pointer is valid for the count, and used within the call only.
        unsafe bytes.withUnsafeBytes { unsafe of($0) }
    }

    /// The same for memory that the caller vouches for.
    @unsafe
    static func of(_ bytes: UnsafeRawBufferPointer, after before: UInt32 = 0) -> UInt32 {
        let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        return unsafe crec_crc32c(before, start, bytes.count, hasInstructions)
    }
}
