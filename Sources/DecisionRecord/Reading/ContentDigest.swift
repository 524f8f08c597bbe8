// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// SHA-256 of content that comes piece by piece to a closure.
struct ContentDigest: ~Copyable {
    private var hash = SHA256()

    mutating func add(_ bytes: Span<UInt8>) { hash.update(bytes) }

    mutating func add(_ bytes: [UInt8]) { hash.update(bytes.span) }

    mutating func add(_ bytes: ArraySlice<UInt8>) { hash.update(bytes.span) }

    /// The first bytes of a piece.
    mutating func add(_ piece: Span<UInt8>, first count: Int) {
        hash.update(piece.extracting(first: count))
    }

    var value: [UInt8] { hash.finalize() }
}
