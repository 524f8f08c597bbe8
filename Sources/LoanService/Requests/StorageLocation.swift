// SPDX-License-Identifier: Apache-2.0

/// A file or folder that a request names.
package enum StorageLocation: Hashable, Sendable {
    /// Under the storage root of this machine, as the user wrote it.
    case local(path: String)
    /// In a bucket; `key` is an object's key or a folder's prefix.
    case s3(bucket: String, key: String)

    /// Which store holds it.
    package var backend: StorageBackend {
        switch self {
        case .local: .local
        case .s3: .s3
        }
    }

    /// The folder that an object in S3 lies in: its key without what follows the last slash.
    package static func folder(ofKey key: String, in bucket: String) -> StorageLocation {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        return .s3(bucket: bucket, key: parts.joined(separator: "/"))
    }

    /// The location as an input of a request.
    func input(_ role: PlaceRole) -> RequestInput { .place(role, backend) }
}
