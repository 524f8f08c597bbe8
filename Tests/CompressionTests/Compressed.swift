// SPDX-License-Identifier: Apache-2.0

import CZlib
import CZstd

/// Content as the libraries' own programs compress it.
enum Compressed {
    /// One member of gzip.
    static func gzip(_ content: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        var output = [UInt8](repeating: 0, count: content.count + 1_024)
        var input = content
        // Safe: both arrays live during the calls, with the lengths that are passed.
        let length = unsafe input.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                _ = unsafe deflateInit2_(
                    &stream,
                    6,
                    Z_DEFLATED,
                    16 + MAX_WBITS,
                    8,
                    Z_DEFAULT_STRATEGY,
                    ZLIB_VERSION,
                    Int32(MemoryLayout<z_stream>.size)
                )
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = target.baseAddress
                unsafe stream.avail_out = UInt32(target.count)
                _ = unsafe deflate(&stream, Z_FINISH)
                _ = unsafe deflateEnd(&stream)
                return Int(unsafe stream.total_out)
            }
        }
        return Array(output.prefix(length))
    }

    /// One frame of Zstandard, without a checksum.
    static func zstandard(_ content: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        // Safe: both arrays live during the call, with the lengths that are passed.
        let length = unsafe content.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                unsafe ZSTD_compress(
                    target.baseAddress,
                    target.count,
                    source.baseAddress,
                    source.count,
                    3
                )
            }
        }
        return Array(output.prefix(length))
    }
}
