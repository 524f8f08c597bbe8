// SPDX-License-Identifier: Apache-2.0

/// The name of an object within a store: 1 to 1,024 bytes of UTF-8, as in S3.
///
/// A key is opaque: `..`, `//`, `?` and control characters are ordinary characters of it. S3 gets
/// them percent-encoded; `LocalStore` refuses those that a folder cannot express.
package struct ObjectKey: Sendable, Hashable, CustomStringConvertible {
    /// The longest key that S3 takes, in bytes of UTF-8.
    package static let bytesMax = 1_024

    /// The key as given.
    package let name: String

    /// Checks the length of `name`.
    /// - Throws: `invalidKey` for an empty key and for one above `bytesMax` bytes.
    package init(_ name: String) throws(ObjectStoreError) {
        if name.isEmpty { throw .invalidKey(.empty) }
        if name.utf8.count > Self.bytesMax { throw .invalidKey(.tooLong(bytesMax: Self.bytesMax)) }
        self.name = name
    }

    /// The key `folder/name`, or `name` for the empty folder.
    /// - Throws: `invalidKey` as `init(_:)` does.
    package init(folder: String, name: String) throws(ObjectStoreError) {
        let separator = folder.isEmpty || folder.hasSuffix("/") ? "" : "/"
        try self.init(folder + separator + name)
    }

    /// The part before the last `/`, without it; empty when there is none.
    package var folder: String {
        guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(name[..<slash])
    }

    /// The part after the last `/`.
    package var lastComponent: String {
        guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")) else { return name }
        return String(name[name.utf8.index(after: slash)...])
    }

    /// The key as given; not for logs, where it may belong to someone else.
    package var description: String { name }
}

/// Why a key was refused.
package enum KeyViolation: Error, Sendable, Equatable {
    /// The key has no characters.
    case empty
    /// The key exceeds the limit.
    case tooLong(bytesMax: Int)
    /// A component is empty, `.` or `..`, so that the key is no path below the root.
    case component
    /// A component exceeds what a file name may hold.
    case componentTooLong(bytesMax: Int)
    /// A NUL byte.
    case nul
    /// The name is one that the store keeps for its own temporary files.
    case temporaryName
    /// A folder that holds what this program stores, and that nobody else writes to.
    case reservedFolder
    /// An absolute path that does not lie below the root.
    case outsideRoot
}
