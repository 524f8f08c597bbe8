// SPDX-License-Identifier: Apache-2.0

/// The bytes of an object to write, asked for piece by piece.
///
/// Used by one thread at a time, and once: what a store may have to send again it keeps in memory.
package struct ObjectSource {
    /// Appends at most the given count of bytes to the buffer; appending none is the end.
    package typealias Read = (_ buffer: inout [UInt8], _ bytesMax: Int) throws(ObjectStoreError) ->
        Void

    /// The whole length in bytes, when it is known before.
    package let length: Int?
    /// Appends the next bytes.
    package let read: Read

    /// A source from closures.
    /// - Parameters:
    ///   - length: the whole length in bytes; a source that yields another count is an error.
    ///   - read: appends the next bytes.
    package init(length: Int?, read: @escaping Read) {
        self.length = length
        self.read = read
    }

    /// A source of bytes that are in memory.
    package init(_ bytes: [UInt8]) {
        let position = Position()
        self.length = bytes.count
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
