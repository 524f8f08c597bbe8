// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Deleting what has been kept for its time: whole segments of the own stream, oldest first, and
/// then the pinned files that no stream has used since.
///
/// A pinned file has an empty one next to it for each stream, `models/SHA256.STREAM`, whose time
/// says when the stream used it last. Hence nobody has to read segments to find out what they refer
/// to: a file is deleted when all of its times are older than the oldest segment may be.
extension RecordKeeper {
    /// Longer than the times of two uses of a file that is in use are apart.
    private static let margin: Int64 = 2 * 86_400_000

    /// Says what is in use, and deletes what is too old. What fails is tried again the next time.
    func keepTimes() {
        do throws(RecordStoreError) {
            try touchPinned()
            let now = timing.now()
            let age = retention.nanosecondsClamped / 1_000_000
            try deleteSegments(before: now - age)
            try deletePinned(before: now - age - Self.margin)
            status.setUploadObstacle(nil)
        } catch {
            status.setUploadObstacle(error.description)
        }
    }

    private func touchPinned() throws(RecordStoreError) {
        for digest in contexts.pinned {
            let name = RecordNames.pinned(digest) + "." + stream
            if let store {
                try store.touch(name)
            } else {
                try local { () throws(RecordFileError) in
                    try RecordFolder.touch(folder + "/" + name)
                }
            }
        }
    }

    private func deleteSegments(before cutoff: Int64) throws(RecordStoreError) {
        let place = store.map { RecordPlace(store: $0) } ?? RecordPlace(folder: folder)
        let segments: [RecordSegment]
        do throws(RecordReadError) {
            segments = try place.segments(of: stream)
        } catch {
            throw RecordStoreError(error.description)
        }
        // The newest stays, however old it is: the chain goes on from it.
        for segment in segments.filter({ !$0.isOpen }).dropLast() {
            guard segment.modifiedMilliseconds < cutoff else { return }
            try delete(segment.name)
        }
    }

    private func deletePinned(before cutoff: Int64) throws(RecordStoreError) {
        var newest: [String: Int64] = [:]
        var names: [String: [String]] = [:]
        for file in try pinnedFiles() {
            let digits = String(file.name.prefix(RecordNames.digestDigits))
            newest[digits] = max(newest[digits] ?? .min, file.modifiedMilliseconds)
            names[digits, default: []].append(file.name)
        }
        let used = Set(contexts.pinned.map { RecordNames.hex($0) })
        for (digits, time) in newest where time < cutoff && !used.contains(digits) {
            // The file itself comes first among its names: what has none is deleted the next time.
            for name in (names[digits] ?? []).sorted() {
                try delete(RecordNames.models + "/" + name)
            }
        }
    }

    /// What is in the folder of pinned files, by the names there.
    private func pinnedFiles() throws(RecordStoreError) -> [RecordStoreEntry] {
        if let store {
            let prefix = RecordNames.models + "/"
            return try store.list(prefix: prefix).map { entry in
                var entry = entry
                entry.name = String(entry.name.dropFirst(prefix.count))
                return entry
            }
        }
        let models = folder + "/" + RecordNames.models
        var found: [RecordStoreEntry] = []
        try local { () throws(RecordFileError) in
            for name in try RecordFolder.names(models) {
                guard let status = RecordFolder.status(models + "/" + name) else { continue }
                let entry = RecordStoreEntry(
                    name: name,
                    byteCount: status.byteCount,
                    modifiedMilliseconds: status.modifiedMilliseconds
                )
                found.append(entry)
            }
        }
        return found
    }

    private func delete(_ name: String) throws(RecordStoreError) {
        if let store { try store.delete(name) } else { remove(folder + "/" + name) }
        status.send(.deleted(name: name))
    }

    private func local(_ body: () throws(RecordFileError) -> Void) throws(RecordStoreError) {
        do throws(RecordFileError) { try body() } catch {
            throw RecordStoreError(error.description)
        }
    }
}
