// SPDX-License-Identifier: Apache-2.0

/// The bytes of an object to write, asked for piece by piece.
///
/// Used by one thread at a time. A source that can start again lets a store send it twice, first
/// to hash and then to transfer, instead of keeping it in memory.
package struct ObjectSource {
    /// Appends at most the given count of bytes to the buffer; appending none is the end.
    package typealias Read = (_ buffer: inout [UInt8], _ bytesMax: Int) throws(ObjectStoreError) ->
        Void

    /// The whole length in bytes, when it is known before.
    package let length: Int?
    /// Appends the next bytes.
    package let read: Read
    /// Starts again at the first byte; nil for a source that cannot.
    package let rewind: (() throws(ObjectStoreError) -> Void)?

    /// A source from closures.
    /// - Parameters:
    ///   - length: the whole length in bytes; a source that yields another count is an error.
    ///   - rewind: starts again; nil if that is impossible.
    ///   - read: appends the next bytes.
    package init(
        length: Int?,
        rewind: (() throws(ObjectStoreError) -> Void)? = nil,
        read: @escaping Read
    ) {
        self.length = length
        self.rewind = rewind
        self.read = read
    }

    /// A source of bytes that are in memory.
    package init(_ bytes: [UInt8]) {
        let position = Position()
        self.length = bytes.count
        self.rewind = { position.offset = 0 }
        self.read = { buffer, bytesMax in
            let end = position.offset + min(bytesMax, bytes.count - position.offset)
            buffer.append(contentsOf: bytes[position.offset..<end])
            position.offset = end
        }
    }

    private final class Position {
        var offset = 0
    }
}
