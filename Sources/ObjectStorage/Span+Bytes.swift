// SPDX-License-Identifier: Apache-2.0

extension [UInt8] {
    /// Appends the bytes of `span`.
    package mutating func append(_ span: Span<UInt8>) {
        // The pointer is used within the closure only, and the span outlives it.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}

extension [UInt8] {
    /// Copies the bytes of `span`.
    package init(_ span: Span<UInt8>) {
        self.init()
        append(span)
    }
}
