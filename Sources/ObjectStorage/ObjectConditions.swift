// SPDX-License-Identifier: Apache-2.0

/// A run of bytes of an object.
package struct ObjectRange: Sendable, Hashable {
    /// The first byte, counted from 0.
    package let offset: Int
    /// The count of bytes; nil reads to the end. The run is cut at the object's end.
    package let length: Int?

    /// A run of `length` bytes from `offset`.
    /// - Precondition: neither is negative.
    package init(offset: Int, length: Int? = nil) {
        precondition(offset >= 0 && (length ?? 0) >= 0, "ranges are made by this program")
        self.offset = offset
        self.length = length
    }
}

/// What of an object to read, and under which conditions.
package struct ReadOptions: Sendable, Hashable {
    /// The bytes to read; nil reads the whole object.
    package var range: ObjectRange?
    /// Reads only this version; another one throws `preconditionFailed`.
    package var ifMatch: ETag?
    /// Reads only another version than this; the same one throws `notModified`.
    package var ifNoneMatch: ETag?
    /// The most bytes to read; more throws `tooLarge` before the first byte is delivered.
    package var bytesMax: Int

    /// Options that read the whole object, whatever its version and size.
    package init(
        range: ObjectRange? = nil,
        ifMatch: ETag? = nil,
        ifNoneMatch: ETag? = nil,
        bytesMax: Int = .max
    ) {
        self.range = range
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.bytesMax = bytesMax
    }

    /// The whole object, unconditionally.
    package static let all = ReadOptions()
}

/// When a write may happen.
package enum WriteCondition: Sendable, Hashable {
    /// Always; replaces what is there.
    case always
    /// Only if the key holds no object; else `preconditionFailed`.
    case ifAbsent
    /// Only if the key holds this version; else `preconditionFailed`.
    case ifMatch(ETag)
}
