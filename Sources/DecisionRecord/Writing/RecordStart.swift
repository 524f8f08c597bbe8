// SPDX-License-Identifier: Apache-2.0

/// What a record goes on from: found before anything is written.
struct RecordStart: Sendable {
    var chain = RecordChain()
    /// The segment that another process was writing; nil where there was none.
    var scan: SegmentScan?
    /// Bytes after what is intact of it.
    var bytesCut = 0
    /// What is to be said of the time before.
    var gaps: [GapFrame] = []
    /// Contexts below are of processes before this one.
    var firstOwnContext: UInt32 = 1

    /// Reads what the folder holds, or else what the store does.
    static func find(
        folder: String,
        stream: String,
        store: (any RecordStore)?,
        now: Int64
    ) throws(RecordError) -> RecordStart {
        let place = RecordPlace(folder: folder)
        var segments = try reading(folder) { () throws(RecordReadError) in
            try place.segments(of: stream)
        }
        if let open = segments.last, open.isOpen {
            segments.removeLast()
            if let start = try resuming(open, folder, place) { return start }
        }
        var start = RecordStart()
        if let last = segments.last(where: { !$0.isOpen }) {
            start.chain = try chain(after: last, place)
        } else if let store {
            let remote = RecordPlace(store: store)
            let stored = try reading(stream) { () throws(RecordReadError) in
                try remote.segments(of: stream)
            }
            guard let last = stored.last else { return start }
            start.chain = try chain(after: last, remote)
            // What was not uploaded yet is lost, and nobody knows how much that is.
            let end = start.chain.previousMilliseconds
            start.gaps = [
                GapFrame(
                    cause: .folderLost,
                    rows: 0,
                    frames: 0,
                    fromMilliseconds: end,
                    toMilliseconds: now
                )
            ]
        }
        return start
    }

    /// Goes on with a segment that is open; nil where nothing of it is intact.
    private static func resuming(
        _ open: RecordSegment,
        _ folder: String,
        _ place: RecordPlace
    ) throws(RecordError) -> RecordStart? {
        let path = folder + "/" + open.name
        let found = try reading(path) { () throws(RecordReadError) in
            try SegmentScan.of(open, in: place)
        }
        guard let scan = found else {
            try changing { () throws(RecordFileError) in try RecordFolder.remove(path) }
            return nil
        }
        var start = RecordStart()
        start.bytesCut = open.byteCount - scan.endByteCount
        guard let footer = scan.footer else {
            start.chain = scan.chain
            start.scan = scan
            return start
        }
        // Only its name was missing.
        var sealed = open
        sealed.isOpen = false
        let name = folder + "/" + sealed.name
        try changing { () throws(RecordFileError) in
            let disk = LinuxSegmentDisk()
            let file = try disk.open(path)
            defer { disk.close(file) }
            try disk.cut(file, to: scan.endByteCount, path: path)
            try disk.sync(file, path: path)
            try RecordFolder.rename(path, to: name)
            try RecordFolder.sync(folder + "/" + open.stream)
        }
        start.chain = RecordChain(after: footer, of: open.number)
        return start
    }

    /// The chain after a sealed segment.
    private static func chain(
        after segment: RecordSegment,
        _ place: RecordPlace
    ) throws(RecordError) -> RecordChain {
        let scan = try reading(segment.name) { () throws(RecordReadError) in
            let scan = try SegmentScan.of(segment, in: place)
            guard let scan, scan.footer != nil else {
                let offset = scan?.endByteCount ?? 0
                throw .segment(name: segment.name, .cut(offset: offset))
            }
            return scan
        }
        return scan.footer.map { RecordChain(after: $0, of: segment.number) } ?? scan.chain
    }

    private static func reading<Value>(
        _ path: String,
        _ read: () throws(RecordReadError) -> Value
    ) throws(RecordError) -> Value {
        do throws(RecordReadError) { return try read() } catch { throw .chain(path: path, error) }
    }

    private static func changing(
        _ change: () throws(RecordFileError) -> Void
    ) throws(RecordError) {
        do throws(RecordFileError) { try change() } catch { throw .file(error) }
    }
}
