// SPDX-License-Identifier: Apache-2.0

internal import Crypto

extension ObjectSource {
    /// The bytes of a stored object, read in pieces; its last read fails unless they are the ones
    /// that a manifest lists, so that a store never takes others.
    init(
        _ key: ObjectKey,
        of store: any ObjectStore,
        expecting entry: Manifest.Entry,
        deadline: ContinuousClock.Instant
    ) {
        let reader = StoredObjectReader(key, store, entry, deadline)
        self.init(length: entry.size, rewind: { reader.rewind() }, read: reader.read)
    }
}

/// An object with a position in it.
private final class StoredObjectReader {
    /// Bytes that are asked for at once.
    private static let pieceBytes = 8 << 20

    private let key: ObjectKey
    private let store: any ObjectStore
    private let entry: Manifest.Entry
    private let deadline: ContinuousClock.Instant
    private var hash = SHA256()
    private var piece: [UInt8] = []
    /// Bytes of the piece that were delivered.
    private var delivered = 0
    /// Bytes of the object that were read.
    private var offset = 0
    private var version: ETag?

    init(
        _ key: ObjectKey,
        _ store: any ObjectStore,
        _ entry: Manifest.Entry,
        _ deadline: ContinuousClock.Instant
    ) {
        (self.key, self.store, self.entry, self.deadline) = (key, store, entry, deadline)
    }

    func rewind() {
        (hash, piece, delivered, offset) = (SHA256(), [], 0, 0)
    }

    func read(_ buffer: inout [UInt8], _ bytesMax: Int) throws(ObjectStoreError) {
        if delivered == piece.count { try readPiece() }
        let end = min(piece.count, delivered + bytesMax)
        buffer.append(contentsOf: piece[delivered..<end])
        delivered = end
    }

    private func readPiece() throws(ObjectStoreError) {
        piece.removeAll(keepingCapacity: true)
        delivered = 0
        guard offset < entry.size else {
            guard Hex.encode(hash.finalize()) == entry.sha256 else { throw .corrupted(.checksum) }
            return
        }
        var bytes = piece
        let range = ByteRange(offset: offset, length: min(Self.pieceBytes, entry.size - offset))
        let metadata = try store.get(
            key,
            ReadOptions(range: range, ifMatch: version),
            deadline: deadline
        ) { chunk in bytes.append(chunk) }
        guard metadata.size == entry.size else {
            throw .corrupted(.size(expected: entry.size, actual: metadata.size))
        }
        version = metadata.etag
        hash.update(bytes.span)
        offset += bytes.count
        piece = bytes
    }
}
