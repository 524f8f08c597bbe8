// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// The SHA-256 of a table while it is read, as one that several readers of its bytes share.
final class SourceDigest {
    private var hash = SHA256()

    /// Takes the next bytes.
    func update(_ bytes: borrowing Span<UInt8>) { hash.update(bytes) }

    /// The digest of all bytes so far, in hexadecimal digits.
    var digits: String {
        hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
