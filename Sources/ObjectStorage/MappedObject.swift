// SPDX-License-Identifier: Apache-2.0

import Glibc
import Machine

/// A local object in memory, read-only, paged in by the kernel as it is used.
///
/// The store replaces files by renaming, so the bytes stay those of one version as long as no
/// foreign program writes the file in place; one that shortens it makes later reads fault.
@safe package struct MappedObject: ~Copyable, Sendable {
    /// Size, tag and time of the mapped version.
    package let metadata: ObjectMetadata
    /// The first byte; nil for an empty object. Proof for the shared pointer: the mapping has
    /// `metadata.size` bytes, nobody writes them, and it is unmapped with this value.
    private let start: SharedPointer<UnsafeMutableRawPointer?>

    /// Takes over a mapping of `metadata.size` bytes, which ends with this value.
    /// - Parameter start: nil for an empty object. Nobody else unmaps or writes these bytes.
    @unsafe init(mapping start: UnsafeMutableRawPointer?, metadata: ObjectMetadata) {
        unsafe self.start = SharedPointer(start)
        self.metadata = metadata
    }

    /// Gives the bytes to `body`; the span is valid during the call only.
    package func withBytes<Value: ~Copyable, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // The mapping lives until deinit, which cannot run while `self` is borrowed here.
        let buffer = unsafe UnsafeRawBufferPointer(
            start: UnsafeRawPointer(start.pointer),
            count: metadata.size
        )
        return try body(unsafe Span<UInt8>(_unsafeBytes: buffer))
    }

    deinit {
        if let first = unsafe start.pointer {
            // Only this value knows the mapping, and it ends here.
            unsafe munmap(first, metadata.size)
        }
    }
}
