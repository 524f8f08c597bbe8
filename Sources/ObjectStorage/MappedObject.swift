// SPDX-License-Identifier: Apache-2.0

import Glibc

/// A local object in memory, read-only, paged in by the kernel as it is used.
///
/// The store replaces files by renaming, so the bytes stay those of one version as long as no
/// foreign program writes the file in place; one that shortens it makes later reads fault.
package struct MappedObject: ~Copyable, Sendable {
    /// Size, tag and time of the mapped version.
    package let metadata: ObjectMetadata
    /// The address as a number, because pointers are not `Sendable`; 0 for an empty object.
    private let address: UInt

    /// Takes over a mapping of `metadata.size` bytes, which ends with this value.
    /// - Parameter address: 0 for an empty object.
    init(address: UInt, metadata: ObjectMetadata) {
        self.address = address
        self.metadata = metadata
    }

    /// Gives the bytes to `body`; the span is valid during the call only.
    package func withBytes<Value: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // The mapping has `metadata.size` bytes and lives until deinit, which cannot run while
        // `self` is borrowed here.
        let buffer = unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(bitPattern: address),
            count: metadata.size
        )
        return try body(unsafe Span<UInt8>(_unsafeBytes: buffer))
    }

    deinit {
        if let start = unsafe UnsafeMutableRawPointer(bitPattern: address) {
            // Only this value knows the mapping, and it ends here.
            unsafe munmap(start, metadata.size)
        }
    }
}
