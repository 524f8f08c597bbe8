// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// The segment that is being written. One thread has it.
///
/// What is committed counts: bytes up to `byteCount` were written, and in mode durable synced, and
/// the hash is over them. Whatever else a write that failed has left is written over.
final class SegmentFile {
    let number: UInt64
    let header: SegmentHeader
    /// Bytes that are committed.
    private(set) var byteCount = 0
    private(set) var counts = FrameCounts()
    /// Numbers of the contexts that are in it.
    private(set) var contexts: Set<UInt32> = []
    /// When its first frame was written.
    private(set) var begun: MonotonicTime?

    private let folder: String
    private let disk: any SegmentDisk
    private var file: Int32
    private var hash: ContentDigest
    /// After a sync that failed, the kernel may have dropped what it could not write.
    private var isSuspect = false
    private var isFooterWritten = false

    private var path: String { folder + "/" + RecordNames.open(number) }

    /// Begins a segment: the file is there, and empty.
    init(_ header: SegmentHeader, folder: String, disk: any SegmentDisk) throws(RecordFileError) {
        self.header = header
        number = header.segment
        self.folder = folder
        self.disk = disk
        hash = ContentDigest()
        hash.add(header.previousDigest)
        let path = folder + "/" + RecordNames.open(header.segment)
        file = try disk.open(path)
        try disk.cut(file, to: 0, path: path)
    }

    /// Goes on with one that a process left: the file is cut after what is intact.
    init(
        resuming scan: SegmentScan,
        folder: String,
        disk: any SegmentDisk
    ) throws(RecordFileError) {
        header = scan.header
        number = scan.header.segment
        self.folder = folder
        self.disk = disk
        byteCount = scan.byteCount
        counts = scan.counts
        contexts = scan.contexts
        begun = .now()
        hash = ContentDigest()
        let path = folder + "/" + RecordNames.open(scan.header.segment)
        file = try disk.open(path)
        try disk.cut(file, to: scan.byteCount, path: path)
        hash.add(scan.header.previousDigest)
        var left = scan.byteCount
        try RecordFolder.read(path) { piece in
            hash.add(piece, first: left)
            left -= min(left, piece.count)
            return left > 0
        }
    }

    deinit { disk.close(file) }

    /// Writes frames, and commits them.
    /// - Parameter isDurable: whether they are on the disk when this returns.
    func append(_ batch: FrameBatch, isDurable: Bool) throws(RecordFileError) {
        try write(batch.bytes.span)
        if isDurable { try sync() }
        hash.add(batch.bytes.span)
        byteCount += batch.bytes.count
        counts.add(batch.counts)
        contexts.formUnion(batch.contexts)
        if begun == nil { begun = .now() }
    }

    /// Writes the footer, and gives the file its name as a sealed one. May be called again where it
    /// failed.
    /// - Returns: the footer.
    func seal(_ chain: RecordChain, now: Int64) throws(RecordFileError) -> SegmentFooter {
        let footer = SegmentFooter(
            digest: hash.value,
            counts: counts,
            nextSequence: chain.sequence + 1,
            nextEntry: chain.entry,
            nextContext: chain.context,
            sealedMilliseconds: now
        )
        var frame: [UInt8] = []
        let message = footer.message
        // The message stays in place during the call.
        unsafe RecordFrameHeader.append(
            .segmentFooter,
            flags: 0,
            sequence: chain.sequence,
            message.span.bytes,
            to: &frame
        )
        if isSuspect { try rewrite() }
        try write(frame.span)
        try disk.cut(file, to: byteCount + frame.count, path: path)
        try sync()
        let sealed = folder + "/" + RecordNames.sealed(number)
        if RecordFolder.status(path) != nil { try RecordFolder.rename(path, to: sealed) }
        try RecordFolder.sync(folder)
        sealedByteCount = byteCount + frame.count
        return footer
    }

    /// Bytes of the sealed file.
    private(set) var sealedByteCount = 0

    private func write(_ bytes: Span<UInt8>) throws(RecordFileError) {
        try disk.writeAll(file, bytes, first: bytes.count, at: byteCount, path: path)
    }

    private func sync() throws(RecordFileError) {
        do throws(RecordFileError) {
            try disk.sync(file, path: path)
        } catch {
            isSuspect = true
            throw error
        }
    }

    /// Copies what is committed to another file, which takes the place of this one, if it is what
    /// the hash says.
    private func rewrite() throws(RecordFileError) {
        let copyPath = path + RecordNames.copySuffix
        let copy = try disk.open(copyPath)
        do throws(RecordFileError) {
            try disk.cut(copy, to: 0, path: copyPath)
            var check = ContentDigest()
            check.add(header.previousDigest)
            var (done, failure) = (0, RecordFileError?.none)
            let limit = byteCount
            let disk = disk
            try RecordFolder.read(path) { piece in
                let count = min(piece.count, limit - done)
                check.add(piece, first: count)
                do throws(RecordFileError) {
                    try disk.writeAll(copy, piece, first: count, at: done, path: copyPath)
                } catch {
                    failure = error
                }
                done += count
                return done < limit && failure == nil
            }
            if let failure { throw failure }
            guard check.value == hash.value else {
                throw RecordFileError(path, .sync, RecordFolder.lostBytes)
            }
            try disk.sync(copy, path: copyPath)
            try RecordFolder.rename(copyPath, to: path)
        } catch {
            disk.close(copy)
            throw error
        }
        disk.close(file)
        file = copy
        isSuspect = false
    }
}

extension SegmentDisk {
    /// Writes the first bytes of a piece, all of them.
    func writeAll(
        _ file: Int32,
        _ piece: Span<UInt8>,
        first count: Int,
        at offset: Int,
        path: String
    ) throws(RecordFileError) {
        var done = 0
        while done < count {
            done += try write(
                file,
                piece.extracting(done..<count),
                at: offset + done,
                path: path
            )
        }
    }
}
