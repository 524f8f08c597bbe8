// SPDX-License-Identifier: Apache-2.0

import CFields

/// Cuts a stream of bytes into blocks of whole records. A record ends at a line feed that an even
/// number of quotes comes before, as for `CSVRecordScanner`.
struct CSVBlockCutter: Sendable {
    /// Bytes that a block has at least, but for the last one.
    private let blockBytes: Int
    /// What has come since the last block, which ended with a record.
    private var pending: [UInt8] = []

    /// - Parameter blockBytes: bytes that are gathered before they are cut.
    init(blockBytes: Int) { self.blockBytes = blockBytes }

    /// Bytes that wait for the rest of their block.
    var pendingCount: Int { pending.count }

    /// Takes the next bytes. A block is cut once there are enough.
    /// - Returns: whole records with the padding of a block; nil while there are none.
    mutating func append(_ chunk: borrowing Span<UInt8>) -> [UInt8]? {
        if pending.isEmpty { pending.reserveCapacity(2 * blockBytes + CSVBlock.padding) }
        pending.append(chunk)
        guard pending.count >= blockBytes, let end = lastEnd() else { return nil }
        var rest: [UInt8] = []
        rest.reserveCapacity(2 * blockBytes + CSVBlock.padding)
        rest.append(pending.span.extracting(end..<pending.count))
        pending.removeLast(pending.count - end)
        pending.append(contentsOf: repeatElement(0, count: CSVBlock.padding))
        defer { pending = rest }
        return pending
    }

    /// The bytes after the last block.
    mutating func takeRest() -> [UInt8] {
        defer { pending = [] }
        return pending
    }

    /// The place after the last line feed that ends a record.
    private func lastEnd() -> Int? {
        var end = pending.count
        var quoteCount = Self.count(pending.span.extracting(0..<end))
        while let lineFeed = pending[..<end].lastIndex(of: UInt8(ascii: "\n")) {
            if quoteCount > 0 {
                quoteCount -= Self.count(pending.span.extracting(lineFeed..<end))
            }
            if quoteCount.isMultiple(of: 2) { return lineFeed + 1 }
            end = lineFeed
        }
        return nil
    }

    private static func count(_ text: Span<UInt8>) -> Int {
        unsafe text.withUnsafeBufferPointer { text in
            // The buffer lives during the call.
            guard let start = text.baseAddress else { return 0 }
            return unsafe cfields_count(start, text.count, UInt8(ascii: "\""))
        }
    }
}

extension [UInt8] {
    /// Appends the bytes of `span`.
    fileprivate mutating func append(_ span: borrowing Span<UInt8>) {
        // The pointer is used within the closure only, and the span outlives it.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
