// SPDX-License-Identifier: Apache-2.0

/// An opaque version mark of an object's bytes: another content has another tag.
///
/// Tags are compared weakly (RFC 9110, 8.8.3.2): proxies that encode answers mark the tag as weak,
/// and the version is the same one. A tag is no checksum of the bytes.
package struct ETag: Sendable, Hashable {
    /// The tag without the quotes of HTTP and without the mark of a weak one.
    package let value: String

    /// Takes the tag as the store spells it: `"x"`, `W/"x"` or `x`.
    package init(_ value: String) {
        let tag = value.hasPrefix("W/\"") ? value.dropFirst(2) : Substring(value)
        if tag.utf8.count >= 2, tag.hasPrefix("\""), tag.hasSuffix("\"") {
            self.value = String(tag.dropFirst().dropLast())
        } else {
            self.value = String(tag)
        }
    }

    /// The tag as HTTP spells it.
    var quoted: String { "\"\(value)\"" }
}

/// The properties of a stored object, without its bytes.
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
