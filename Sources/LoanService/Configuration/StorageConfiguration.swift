// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

/// What requests may reach in storage, and how models are kept in memory.
package struct StorageConfiguration: Sendable {
    /// The buckets that requests may name; nil allows all that the credentials do.
    package var buckets: Set<String>?
    /// How models are kept in memory.
    package var models = ModelRepositoryConfiguration()

    /// The folder in which this server and others leave what all of them must know: the names they
    /// serve, and their jobs. Nil keeps both to this server.
    package var shared: StorageLocation?

    /// Bytes that a data preparation may take of this machine's disk on its way to storage.
    package var scratchBytesMax = Int.max

    /// Whether S3 may know a bucket by this name.
    package static func isBucketName(_ name: String) -> Bool { (try? BucketName(name)) != nil }

    /// The defaults.
    package init() {}
}
