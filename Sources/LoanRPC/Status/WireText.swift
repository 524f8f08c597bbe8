// SPDX-License-Identifier: Apache-2.0

/// Text that travels in `bytes` fields.
package enum WireText {
    /// UTF-8 of at most `limit` bytes, cut between characters, control characters replaced:
    /// what goes to a peer never carries a line break or an escape sequence into its log.
    package static func bytes(_ text: String, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(limit, text.utf8.count))
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            let encoded = Array(String(isControl ? "?" : Character(scalar)).utf8)
            guard bytes.count + encoded.count <= limit else { break }
            bytes.append(contentsOf: encoded)
        }
        return bytes
    }

    /// The text of a peer's bytes: repaired UTF-8, control characters replaced.
    package static func string(_ bytes: [UInt8]) -> String {
        String(
            String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
                let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                return isControl ? "?" : Character(scalar)
            }
        )
    }

    /// Whether all bytes are printable ASCII (0x20 to 0x7E).
    package static func isPrintable(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
