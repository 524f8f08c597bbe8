// SPDX-License-Identifier: Apache-2.0

import CCrypto

/// HMAC with SHA-256. Source: RFC 2104.
package enum HMACSHA256 {
    /// The code of a message under a key; 32 bytes.
    package static func code(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        precondition(LibCrypto.isReady, "there is memory for the library's state")
        var code = [UInt8](repeating: 0, count: SHA256.byteCount)
        let isDone = unsafe key.withUnsafeBufferPointer { key in
            unsafe message.withUnsafeBufferPointer { message in
                // Both pointers are used within the call only, and valid for their counts; the
                // array has room for a code.
                unsafe HMAC(
                    EVP_sha256(),
                    key.baseAddress,
                    Int32(key.count),
                    message.baseAddress,
                    message.count,
                    &code,
                    nil
                ) != nil
            }
        }
        precondition(isDone, "libcrypto has SHA-256, and there is memory for its state")
        return code
    }
}
