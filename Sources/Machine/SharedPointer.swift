// SPDX-License-Identifier: Apache-2.0

/// A pointer that threads may hand to each other: the one `@unchecked Sendable` of this package.
///
/// A pointer is not `Sendable`, since it does not say who may write where it leads. This wrapper
/// does not say it either. Proof that it is safe all the same: it reads and writes nothing itself,
/// and a copy of an address is a value like any other. Whoever takes ``pointer`` out writes
/// `unsafe`, and proves there that the memory lives as long as it is used, and that no thread
/// writes what another one reads or writes at the same time. Each owner keeps it `private` and has
/// this proof in its comment.
@safe package struct SharedPointer<Pointer: BitwiseCopyable>: @unchecked Sendable {
    /// The pointer itself.
    @unsafe package let pointer: Pointer

    /// Wraps `pointer`; the memory stays the owner's.
    @inlinable
    package init(_ pointer: Pointer) {
        unsafe self.pointer = pointer
    }
}
