// SPDX-License-Identifier: Apache-2.0

/// Where sealed segments and pinned files go, and where readers find them: a bucket's prefix.
///
/// Calls block, and end with a result or an error within a time of the store's own. Names are
/// relative to the place: `STREAM/00000000000000000001.segment`, `models/SHA256`.
package protocol RecordStore: Sendable {
    /// Stores the content of a local file, unless the name is taken.
    /// - Returns: false where the name is taken; nothing is stored then.
    func put(_ name: String, file: String) throws(RecordStoreError) -> Bool

    /// The size of what has the name, in bytes; nil where nothing has.
    func byteCount(of name: String) throws(RecordStoreError) -> Int?

    /// All names that begin with `prefix`, in the order of their bytes.
    func list(prefix: String) throws(RecordStoreError) -> [RecordStoreEntry]

    /// Delivers content, in order, piece by piece.
    func get(
        _ name: String,
        into sink: (Span<UInt8>) -> Void
    ) throws(RecordStoreError)

    /// Stores an empty object, in place of what has the name: its time says when it was used.
    func touch(_ name: String) throws(RecordStoreError)

    /// Removes what has the name; removing what is not there succeeds.
    func delete(_ name: String) throws(RecordStoreError)
}

/// One object of a place.
package struct RecordStoreEntry: Sendable, Equatable {
    /// Relative to the place.
    package var name: String
    /// Its size.
    package var byteCount: Int
    /// When it was written: milliseconds since 1970.
    package var modifiedMilliseconds: Int64

    /// Gathers the values.
    package init(name: String, byteCount: Int, modifiedMilliseconds: Int64) {
        self.name = name
        self.byteCount = byteCount
        self.modifiedMilliseconds = modifiedMilliseconds
    }
}

/// Why a place gave no answer: a sentence of the storage, which names the object.
package struct RecordStoreError: Error, Equatable, CustomStringConvertible {
    /// A sentence.
    package let description: String

    /// Takes the sentence of the storage's error.
    package init(_ sentence: String) { description = sentence }
}
