// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// Members of gzip, one after the other; zlib checks their sums.
@safe final class GzipDecoder: Decoder {
    // zlib's state points back to this stream, so it keeps its place on the heap.
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isComplete = false

    init() throws(CompressionError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 16 more than the largest window asks for a gzip header instead of zlib's.
        let code = unsafe inflateInit2_(
            stream,
            16 + MAX_WBITS,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard code == Z_OK else { throw .noMemory }
    }

    deinit {
        // A stream that was not begun has no state, which zlib says and passes over.
        _ = unsafe inflateEnd(stream)
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    func step(
        _ input: UnsafeBufferPointer<UInt8>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> (read: Int, written: Int) {
        if isComplete {
            // Another member may follow.
            guard !input.isEmpty else { return (0, 0) }
            guard unsafe inflateReset(stream) == Z_OK else { throw .damaged(.gzip) }
            isComplete = false
        }
        // Both buffers live during the call. zlib counts in 32 bits and reads without writing.
        let (inputCount, outputCount) = (
            min(input.count, 1 << 30), min(output.count, 1 << 30)
        )
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(inputCount)
        unsafe stream.pointee.next_out = output.baseAddress
        unsafe stream.pointee.avail_out = UInt32(outputCount)
        let code = unsafe inflate(stream, Z_NO_FLUSH)
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isComplete = true
        case Z_MEM_ERROR: throw .noMemory
        default: throw .damaged(.gzip)
        }
        return unsafe (
            inputCount - Int(stream.pointee.avail_in), outputCount - Int(stream.pointee.avail_out)
        )
    }
}
