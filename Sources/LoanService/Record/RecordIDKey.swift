// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// The key that ids of calls are hashed with before they are recorded: who has the record and not
/// the key cannot say whose decision one is, and who has both finds it by its id.
package struct RecordIDKey: Sendable {
    /// The length of a key, in bytes.
    package static let byteCountRange = 16...4_096

    private let bytes: [UInt8]

    /// The whole content of a key's file counts, a line feed at its end included.
    /// - Returns: nil for a key of another length than ``byteCountRange``.
    package init?(_ bytes: [UInt8]) {
        guard Self.byteCountRange.contains(bytes.count) else { return nil }
        self.bytes = bytes
    }

    /// The id as it is recorded: the HMAC-SHA256 of its bytes, in 64 hexadecimal digits.
    package func hashed(_ id: CallID) -> CallID {
        CallID(digest: HMACSHA256.code(id.bytes, key: bytes))
    }

    /// The same for an id of any length.
    package func hashed(_ id: String) -> String {
        CallID(digest: HMACSHA256.code(Array(id.utf8), key: bytes)).text
    }
}
