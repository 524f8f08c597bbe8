// SPDX-License-Identifier: Apache-2.0

internal import CZstd

/// Frames of Zstandard, one after the other; libzstd checks their sums.
@safe final class ZstandardDecoder: Decoder {
    private let context: OpaquePointer
    private let windowBytesLog: Int
    private(set) var isComplete = false

    init(windowBytesLog: Int) throws(CompressionError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw .noMemory }
        unsafe self.context = unsafe context
        self.windowBytesLog = windowBytesLog
        let code = unsafe ZSTD_DCtx_setParameter(
            context,
            ZSTD_d_windowLogMax,
            Int32(windowBytesLog)
        )
        precondition(ZSTD_isError(code) == 0, "the limits have a window that libzstd knows")
    }

    deinit {
        _ = unsafe ZSTD_freeDCtx(context)
    }

    func step(
        _ input: UnsafeBufferPointer<UInt8>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> (read: Int, written: Int) {
        // Both buffers live during the call, with the lengths that are passed.
        var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let code = unsafe ZSTD_decompressStream(context, &target, &source)
        if ZSTD_isError(code) != 0 {
            switch ZSTD_getErrorCode(code) {
            case ZSTD_error_frameParameter_windowTooLarge:
                throw .windowTooLarge(limit: 1 << windowBytesLog)
            case ZSTD_error_memory_allocation: throw .noMemory
            default: throw .damaged(.zstandard)
            }
        }
        let (read, written) = unsafe (source.pos, target.pos)
        // 0 is the end of a frame; a call that does nothing asks for the header of the next one.
        if code == 0 { isComplete = true } else if read + written > 0 { isComplete = false }
        return (read, written)
    }
}
