// SPDX-License-Identifier: Apache-2.0

extension LocalStore {
    /// Bytes that are read and delivered at once.
    static let chunkBytes = 256 * 1_024

    package func get(
        _ key: ObjectKey,
        _ options: ReadOptions,
        deadline: ContinuousClock.Instant,
        into sink: Sink
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let file = try openFile(LocalPath(key))
        let metadata = try settledMetadata(of: file.number)
        let run = try options.run(of: metadata)
        let before = try status(file.number)
        var chunk: [UInt8] = []
        var offset = run.lowerBound
        while offset < run.upperBound {
            if ContinuousClock.now >= deadline { throw .deadlineExceeded }
            chunk.removeAll(keepingCapacity: true)
            let bytesMax = min(Self.chunkBytes, run.upperBound - offset)
            try mapping { () throws(SystemError) in
                try fileSystem.read(file.number, at: offset, into: &chunk, bytesMax: bytesMax)
            }
            if chunk.isEmpty {
                throw .corrupted(.size(expected: run.count, actual: offset - run.lowerBound))
            }
            offset += chunk.count
            try sink(chunk.span)
        }
        // The change time is not compared: replacing the name touches it, and the bytes read are
        // still those of one version.
        let after = try status(file.number)
        guard after.modified == before.modified, after.size == before.size else {
            throw .preconditionFailed
        }
        return metadata
    }

    /// An object as a source, to write it to another store.
    /// - Throws: `notFound`, `notRegularFile`, and what any storage may.
    package func source(_ key: ObjectKey) throws(ObjectStoreError) -> ObjectSource {
        let file = FileReader(try openFile(LocalPath(key)), fileSystem)
        let size = try status(file.descriptor.number).size
        return ObjectSource(length: size) { (buffer, bytesMax) throws(ObjectStoreError) in
            try file.read(into: &buffer, bytesMax: bytesMax)
        }
    }

    /// The metadata of an open file, after the clock of file times has left its change time.
    ///
    /// A change after that gets a later time, hence another tag, also if it keeps size and inode.
    func settledMetadata(of file: Int32) throws(ObjectStoreError) -> ObjectMetadata {
        var current = try status(file)
        for _ in 0..<Self.settlePausesMax where current.changed >= fileSystem.fileTime() {
            fileSystem.pause()
            current = try status(file)
        }
        return ObjectMetadata(
            size: current.size,
            etag: current.etag,
            modified: Double(current.modified) / 1e9
        )
    }

    /// Ticks of the clock last 1 to 10 ms. A time further ahead is a clock that was set back,
    /// which waiting does not help.
    private static let settlePausesMax = 20

    private func status(_ file: Int32) throws(ObjectStoreError) -> FileStatus {
        try mapping { () throws(SystemError) in try fileSystem.status(file) }
    }
}

/// An open file with a position.
private final class FileReader {
    let descriptor: Descriptor
    private let fileSystem: any FileSystem
    private var offset = 0

    init(_ descriptor: consuming Descriptor, _ fileSystem: any FileSystem) {
        self.descriptor = descriptor
        self.fileSystem = fileSystem
    }

    func read(into buffer: inout [UInt8], bytesMax: Int) throws(ObjectStoreError) {
        let before = buffer.count
        do throws(SystemError) {
            try fileSystem.read(
                descriptor.number,
                at: offset,
                into: &buffer,
                bytesMax: bytesMax
            )
        } catch {
            throw ObjectStoreError(error)
        }
        offset += buffer.count - before
    }
}

extension FileStatus {
    /// The tag of the file's version.
    var etag: ETag {
        let parts = [inode, UInt64(bitPattern: Int64(size)), UInt64(bitPattern: changed)]
        return ETag(parts.map { String($0, radix: 16) }.joined(separator: "-"))
    }
}

extension ReadOptions {
    /// The bytes to deliver of an object.
    /// - Throws: what the conditions, the range and the limit demand.
    func run(of metadata: ObjectMetadata) throws(ObjectStoreError) -> Range<Int> {
        if let ifMatch, ifMatch != metadata.etag { throw .preconditionFailed }
        if let ifNoneMatch, ifNoneMatch == metadata.etag { throw .notModified }
        let run: Range<Int>
        if let range {
            guard range.offset < metadata.size else { throw .rangeNotSatisfiable }
            let rest = metadata.size - range.offset
            run = range.offset..<range.offset + min(rest, range.length ?? rest)
        } else {
            run = 0..<metadata.size
        }
        if run.count > bytesMax { throw .tooLarge(bytesMax: bytesMax) }
        return run
    }
}
