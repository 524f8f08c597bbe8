// SPDX-License-Identifier: Apache-2.0

/// How a file is compressed, by its first bytes and not by its name.
package enum CompressionFormat: String, Sendable, CaseIterable {
    /// Members of gzip (RFC 1952), whose contents follow each other.
    case gzip
    /// Frames of Zstandard (RFC 8878), whose contents follow each other.
    case zstandard = "Zstandard"

    /// Bytes that show the format.
    static let magicLength = 4

    private var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .zstandard: [0x28, 0xB5, 0x2F, 0xFD]
        }
    }

    /// The format of a file that begins with these bytes; nil where it is none of them.
    package init?(opening: [UInt8]) {
        guard let format = Self.allCases.first(where: { opening.starts(with: $0.magic) }) else {
            return nil
        }
        self = format
    }
}
