// SPDX-License-Identifier: Apache-2.0

/// An opaque version mark of an object's bytes: another content has another tag.
package struct ETag: Sendable, Hashable {
    /// The tag without the quotes of HTTP.
    package let value: String

    /// Takes the tag as the store spells it, with or without quotes.
    package init(_ value: String) {
        if value.utf8.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
            self.value = String(value.dropFirst().dropLast())
        } else {
            self.value = value
        }
    }
}

/// What a store knows of an object beside its bytes.
package struct ObjectMetadata: Sendable, Hashable {
    /// Bytes of the whole object, also when only a range of it was read.
    package let size: Int
    /// The version mark, to compare and to condition later calls on.
    package let etag: ETag
    /// The time of the last write; seconds since 1970 UTC.
    package let modified: Double

    /// Gathers the three values.
    package init(size: Int, etag: ETag, modified: Double) {
        self.size = size
        self.etag = etag
        self.modified = modified
    }
}

/// One line of a listing.
package struct ListedObject: Sendable, Hashable {
    /// The object's key.
    package let key: ObjectKey
    /// The object's size, tag and time.
    package let metadata: ObjectMetadata

    /// Gathers both values.
    package init(key: ObjectKey, metadata: ObjectMetadata) {
        self.key = key
        self.metadata = metadata
    }
}
