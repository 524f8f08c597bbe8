// SPDX-License-Identifier: Apache-2.0

/// One library's state of decompressing a file, from its first byte on.
protocol Decoder: AnyObject {
    /// Decompresses some bytes.
    /// - Parameters:
    ///   - input: bytes of the file; the first `read` of them are used up.
    ///   - output: gets `written` bytes of content.
    func step(
        _ input: UnsafeBufferPointer<UInt8>,
        _ output: UnsafeMutableBufferPointer<UInt8>
    ) throws(CompressionError) -> (read: Int, written: Int)

    /// Whether the content is complete as far as the file was read.
    var isComplete: Bool { get }
}
