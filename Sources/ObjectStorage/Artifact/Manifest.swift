// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// The list of objects that belong together, written after them.
package struct Manifest: Sendable, Equatable {
    /// One object of the artifact.
    package struct Entry: Sendable, Equatable {
        /// The plain name, such as `Xtrain.npy`.
        package let name: String
        /// Bytes.
        package let size: Int
        /// SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
        package let sha256: String

        /// Gathers the values.
        package init(name: String, size: Int, sha256: String) {
            self.name = name
            self.size = size
            self.sha256 = sha256
        }

        /// Whether bytes are those of the object.
        package func holds(_ bytes: [UInt8]) -> Bool {
            bytes.count == size && Hex.encode(SHA256.hash(bytes)) == sha256
        }
    }

    /// The most objects of one artifact.
    package static let entriesMax = 64
    /// The most pairs of metadata.
    package static let metadataMax = 64
    /// The longest manifest that is read, in bytes.
    package static let bytesMax = 2 * 1_024 * 1_024

    /// The writing that made the objects.
    package let generation: Generation
    /// The objects, in the order they were written.
    package let entries: [Entry]
    /// What the writer noted, such as a fingerprint of the preprocessor.
    package let metadata: [String: String]

    /// Gathers the values.
    package init(generation: Generation, entries: [Entry], metadata: [String: String]) {
        self.generation = generation
        self.entries = entries
        self.metadata = metadata
    }

    /// The object with a plain name; nil if the artifact has none.
    package func entry(_ name: String) -> Entry? {
        entries.first { $0.name == name }
    }

    /// The longest name, in characters: room for a model's name and an ending.
    package static let nameLengthMax = 160

    /// Whether `name` may name an artifact or an object of one: 1 to 160 of `A-Z`, `a-z`, `0-9`,
    /// `.`, `_` and `-`, the first not a dot.
    package static func isName(_ name: String) -> Bool {
        guard (1...nameLengthMax).contains(name.utf8.count), !name.hasPrefix(".") else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                return true
            default:
                return false
            }
        }
    }
}
