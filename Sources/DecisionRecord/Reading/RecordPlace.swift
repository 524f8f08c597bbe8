// SPDX-License-Identifier: Apache-2.0

internal import Digest

/// Where a record is read: a folder of this machine, or a prefix of a bucket. Calls block.
package struct RecordPlace: Sendable {
    private enum Source: Sendable {
        case folder(String)
        case store(any RecordStore)
    }

    private let source: Source

    /// A local folder: that of a server, also while it writes, or a copy.
    package init(folder: String) { source = .folder(folder) }

    /// A bucket's prefix.
    package init(store: any RecordStore) { source = .store(store) }

    /// The names of all streams, sorted.
    package func streams() throws(RecordReadError) -> [String] {
        switch source {
        case .folder(let folder):
            var streams: [String] = []
            for name in try Self.names(folder) where StreamName.isValid(name) {
                guard RecordFolder.isFolder(folder + "/" + name) else { continue }
                if try !segments(of: name).isEmpty { streams.append(name) }
            }
            return streams.sorted()
        case .store(let store):
            var streams: Set<String> = []
            let entries = try Self.asking { () throws(RecordStoreError) in
                try store.list(prefix: "")
            }
            for entry in entries {
                let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
                guard parts.count == 2, RecordNames.segment(parts[1]) != nil else { continue }
                let stream = String(parts[0])
                if StreamName.isValid(stream) { streams.insert(stream) }
            }
            return streams.sorted()
        }
    }

    /// The segments of a stream in the order of their numbers, the one that is being written last.
    package func segments(of stream: String) throws(RecordReadError) -> [RecordSegment] {
        guard StreamName.isValid(stream) else { throw .noStream(name: stream) }
        var found: [RecordSegment] = []
        switch source {
        case .folder(let folder):
            let path = folder + "/" + stream
            for name in try Self.names(path) where RecordNames.segment(name) != nil {
                // A segment may have been sealed or deleted since the folder was read.
                guard let status = RecordFolder.status(path + "/" + name) else { continue }
                let segment = RecordSegment(
                    stream: stream,
                    file: name[...],
                    byteCount: status.byteCount,
                    modifiedMilliseconds: status.modifiedMilliseconds
                )
                if let segment { found.append(segment) }
            }
        case .store(let store):
            let entries = try Self.asking { () throws(RecordStoreError) in
                try store.list(prefix: stream + "/")
            }
            found = entries.compactMap { entry in
                RecordSegment(
                    stream: stream,
                    file: entry.name.dropFirst(stream.count + 1),
                    byteCount: entry.byteCount,
                    modifiedMilliseconds: entry.modifiedMilliseconds
                )
            }
        }
        return found.sorted { ($0.number, $1.isOpen ? 1 : 0) < ($1.number, $0.isOpen ? 1 : 0) }
    }

    /// Hands out the frames of a segment in order, in bounded memory.
    ///
    /// One that is being written ends with its last frame that is whole.
    /// - Parameter body: returns whether to go on.
    /// - Throws: the first fault of the segment, and what `body` throws.
    package func read(
        _ segment: RecordSegment,
        _ body: (RecordFrame) throws(RecordReadError) -> Bool
    ) throws(RecordReadError) {
        var decoder = SegmentDecoder(name: segment.name)
        var isWanted = true
        var failure: RecordReadError?
        // Errors of the body are told apart from those of an end that is still being written.
        var bodyFailure: RecordReadError?
        try pieces(of: try currentName(of: segment)) { piece in
            guard isWanted, failure == nil else { return false }
            do throws(RecordReadError) {
                isWanted = try decoder.append(piece) { frame throws(RecordReadError) in
                    do throws(RecordReadError) {
                        return try body(frame)
                    } catch {
                        bodyFailure = error
                        throw error
                    }
                }
            } catch {
                failure = error
            }
            return isWanted && failure == nil
        }
        if let bodyFailure { throw bodyFailure }
        if segment.isOpen { return }
        if let failure { throw failure }
        if isWanted { try decoder.finish() }
    }

    /// A segment may have been sealed since it was listed.
    private func currentName(of segment: RecordSegment) throws(RecordReadError) -> String {
        guard segment.isOpen, try !has(segment.name) else { return segment.name }
        var sealed = segment
        sealed.isOpen = false
        return sealed.name
    }

    /// A file that decisions were made with, which is held against its digest.
    package func pinned(_ digest: [UInt8]) throws(RecordReadError) -> [UInt8] {
        let name = RecordNames.pinned(digest)
        let digits = RecordNames.hex(digest)
        guard try has(name) else { throw .notPinned(digest: digits) }
        var bytes: [UInt8] = []
        var isTooLarge = false
        try pieces(of: name) { piece in
            isTooLarge = piece.count > RecordLimits.pinnedBytesMax - bytes.count
            guard !isTooLarge else { return false }
            // The span is read during the call only.
            unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
            return true
        }
        guard !isTooLarge else {
            throw .pinnedTooLarge(digest: digits, limit: RecordLimits.pinnedBytesMax)
        }
        guard SHA256.hash(bytes) == digest else { throw .pinnedDigest(digest: digits) }
        return bytes
    }

    private func has(_ name: String) throws(RecordReadError) -> Bool {
        switch source {
        case .folder(let folder): return RecordFolder.status(folder + "/" + name) != nil
        case .store(let store):
            return try Self.asking { () throws(RecordStoreError) in try store.byteCount(of: name) }
                != nil
        }
    }

    /// Hands out the bytes of a file or object.
    /// - Parameter body: returns whether more are wanted.
    private func pieces(
        of name: String,
        _ body: (Span<UInt8>) -> Bool
    ) throws(RecordReadError) {
        switch source {
        case .folder(let folder):
            do throws(RecordFileError) {
                try RecordFolder.read(folder + "/" + name, body)
            } catch {
                throw .file(error)
            }
        case .store(let store):
            try Self.asking { () throws(RecordStoreError) in
                // What is not wanted passes by.
                try store.get(name) { _ = body($0) }
            }
        }
    }

    private static func names(_ folder: String) throws(RecordReadError) -> [String] {
        do throws(RecordFileError) {
            return try RecordFolder.names(folder)
        } catch {
            throw .file(error)
        }
    }

    private static func asking<Value>(
        _ ask: () throws(RecordStoreError) -> Value
    ) throws(RecordReadError) -> Value {
        do throws(RecordStoreError) { return try ask() } catch { throw .store(error) }
    }
}
