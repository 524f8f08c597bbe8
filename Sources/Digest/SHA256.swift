// SPDX-License-Identifier: Apache-2.0

import CCrypto

/// SHA-256 of bytes that come piece by piece. By libcrypto, which chooses the processor's own
/// instructions. Source: FIPS 180-4.
@safe package struct SHA256: ~Copyable {
    /// The length of a digest, in bytes.
    package static let byteCount = 32

    /// Owned by this value, never null, and freed with it.
    private let context: OpaquePointer

    /// The hash of no bytes so far.
    package init() {
        // EVP_sha256 is a constant of the library.
        guard LibCrypto.isReady, let context = unsafe EVP_MD_CTX_new(),
            unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
        else { preconditionFailure("libcrypto has SHA-256, and there is memory for its state") }
        unsafe self.context = unsafe context
    }

    /// Hashes further bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        let code = unsafe bytes.withUnsafeBytes { bytes in
            // The pointer is used within the call only, and valid for the count.
            unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }
        precondition(code == 1, "the state takes bytes until it is finished, which it never is")
    }

    /// The digest of the bytes so far; more may follow.
    package func finalize() -> [UInt8] {
        guard let copy = unsafe EVP_MD_CTX_new() else {
            preconditionFailure("there is memory for a state")
        }
        defer { unsafe EVP_MD_CTX_free(copy) }
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        // The array has room for a digest; the copy is freed above.
        let isDone =
            unsafe EVP_MD_CTX_copy_ex(copy, context) == 1
            && EVP_DigestFinal_ex(copy, &digest, nil) == 1
        precondition(isDone, "a state that was begun can be copied and finished")
        return digest
    }

    /// The digest of bytes that are all there.
    package static func hash(_ bytes: Span<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return hash.finalize()
    }

    /// The digest of bytes that are all there.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        hash(bytes.span)
    }

    deinit {
        unsafe EVP_MD_CTX_free(context)
    }
}
