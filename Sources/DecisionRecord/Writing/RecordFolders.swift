// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The folders of a record, which are this process's alone.
struct RecordFolders {
    let folder: String
    let stream: String
    let lock: FolderLock

    private var streamFolder: String { folder + "/" + stream }

    /// Makes what is not there, and takes the lock.
    init(_ configuration: RecordConfiguration) throws(RecordError) {
        folder = configuration.folder
        do throws(RecordFileError) {
            try RecordFolder.make(folder)
            let lock = try RecordFolder.lock(folder + "/" + RecordNames.lock)
            guard let lock else { throw RecordFileError(folder, .lock, EWOULDBLOCK) }
            self.lock = lock
            if let name = configuration.stream {
                stream = name
            } else {
                stream = try Self.keptStream(folder)
            }
            try RecordFolder.make(folder + "/" + stream)
            try RecordFolder.make(folder + "/" + RecordNames.models)
            try Self.removeUnfinished(folder + "/" + stream)
            try Self.removeUnfinished(folder + "/" + RecordNames.models)
        } catch {
            let isTaken = error.operation == .lock && error.code == EWOULDBLOCK
            throw isTaken ? .locked(folder: configuration.folder) : .file(error)
        }
    }

    /// Opens what holds the frames that are in no segment, and what they refer to.
    /// - Parameter start: gets a gap where the ring says that entries are lost.
    func open(
        _ start: inout RecordStart,
        ringByteCount: Int
    ) throws(RecordError) -> (ring: RecordRing, contexts: ContextRegistry) {
        do throws(RecordFileError) {
            let contexts = try ContextRegistry(
                folder: streamFolder + "/" + RecordNames.contexts,
                next: start.chain.context
            )
            start.firstOwnContext = contexts.next
            let ring = try RecordRing(
                streamFolder + "/" + RecordNames.ring,
                capacity: ringByteCount,
                firstEntry: start.chain.entry
            )
            // A power cut can lose what was in the segment and has left the ring.
            if ring.start.number > start.chain.entry {
                let frames = ring.start.number - start.chain.entry
                start.gaps.append(
                    GapFrame(
                        cause: .damaged,
                        rows: 0,
                        frames: frames,
                        fromMilliseconds: 0,
                        toMilliseconds: 0
                    )
                )
            }
            return (ring, contexts)
        } catch {
            throw .file(error)
        }
    }

    /// Removes files that a process began to write under another name.
    private static func removeUnfinished(_ folder: String) throws(RecordFileError) {
        for name in try RecordFolder.names(folder)
        where RecordNames.unfinishedSuffixes.contains(where: { name.hasSuffix($0) }) {
            try RecordFolder.remove(folder + "/" + name)
        }
    }

    /// Bytes of all files of the folder. What cannot be read counts as nothing.
    var byteCount: Int { Self.byteCount(folder, depth: 3) }

    private static func byteCount(_ folder: String, depth: Int) -> Int {
        guard depth > 0, let names = try? RecordFolder.names(folder) else { return 0 }
        return names.reduce(0) { sum, name in
            let path = folder + "/" + name
            guard let status = RecordFolder.status(path) else { return sum }
            return sum
                + (status.isFolder ? byteCount(path, depth: depth - 1) : status.byteCount)
        }
    }

    /// The name that the folder keeps; made once.
    private static func keptStream(_ folder: String) throws(RecordFileError) -> String {
        let path = folder + "/" + RecordNames.stream
        var bytes: [UInt8] = []
        if RecordFolder.status(path) != nil {
            try RecordFolder.read(path) { piece in
                // The span is read during the call only.
                unsafe piece.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
                return bytes.count <= RecordLimits.streamBytesMax
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let kept = text.hasSuffix("\n") ? String(text.dropLast()) : text
        if StreamName.isValid(kept) { return kept }
        let name = StreamName.make(host: hostName(), random: .random(in: .min ... .max))
        try RecordFolder.write(Array((name + "\n").utf8).span, to: path, isDurable: true)
        return name
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        // The last byte stays NUL.
        let code = unsafe gethostname(&name, name.count - 1)
        guard code == 0 else { return "" }
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
