// SPDX-License-Identifier: Apache-2.0

/// A file or folder that a request names, with the field that named it for error messages.
package struct StorageLocation: Hashable, Sendable {
    /// Which store holds it.
    package enum Place: Hashable, Sendable {
        /// Under the storage root of this machine, as the user wrote it.
        case local(path: String)
        /// In a bucket; `key` is an object's key or a folder's prefix.
        case s3(bucket: String, key: String)
    }

    package let place: Place
    package let field: RequestField

    package init(_ place: Place, field: RequestField) {
        self.place = place
        self.field = field
    }

    /// The folder that an object in S3 lies in: its key without what follows the last slash.
    package static func folder(ofKey key: String, in bucket: String) -> StorageLocation {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return StorageLocation(
            .s3(bucket: bucket, key: parts.joined(separator: "/")),
            field: .key
        )
    }

    package static func == (left: Self, right: Self) -> Bool { left.place == right.place }

    package func hash(into hasher: inout Hasher) { hasher.combine(place) }
}
