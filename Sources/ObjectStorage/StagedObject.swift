// SPDX-License-Identifier: Apache-2.0

/// A large object that is made piece by piece in its place, and in that of its copy: each byte is
/// written once for each of the two, and none is read again.
///
/// Used by one thread at a time. What is not placed goes with it.
package protocol StagedObject: AnyObject, Sendable {
    /// Takes the next bytes.
    /// - Throws: what writing the object may; a copy that cannot be written is given up.
    func append(_ bytes: RawSpan) throws(ObjectStoreError)

    /// Ends the object: all bytes were given.
    /// - Returns: its size and its SHA-256 in hexadecimal.
    /// - Throws: what writing may.
    func finish() throws(ObjectStoreError) -> (size: Int, sha256: String)

    /// Gives the object, or its copy, its name: readers see the old one or the whole new one.
    /// - Throws: `notFound` for a key that is none of its places, or none any more; what a write
    ///   may.
    func place(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata
}
