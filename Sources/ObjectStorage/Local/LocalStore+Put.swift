// SPDX-License-Identifier: Apache-2.0

extension LocalStore {
    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ condition: WriteCondition,
        deadline: ContinuousClock.Instant,
        from source: ObjectSource
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try put(key, condition, deadline: deadline) { write throws(ObjectStoreError) in
            var chunk: [UInt8] = []
            var total = 0
            while true {
                chunk.removeAll(keepingCapacity: true)
                try source.read(&chunk, Self.chunkBytes)
                if chunk.isEmpty { break }
                total += chunk.count
                try write(chunk.span)
            }
            if let length = source.length, length != total {
                throw .corrupted(.size(expected: length, actual: total))
            }
        }
    }

    /// Writes an object from a producer that hands its bytes to a sink, as another store's `get`
    /// does; otherwise as `put(_:_:deadline:from:)`. Nothing is stored when `produce` throws.
    @discardableResult
    package func put(
        _ key: ObjectKey,
        _ condition: WriteCondition = .always,
        deadline: ContinuousClock.Instant,
        producing produce: (Sink) throws(ObjectStoreError) -> Void
    ) throws(ObjectStoreError) -> ObjectMetadata {
        let path = try LocalPath(key)
        let folder = try openFolder(path.folders, creating: true)
        sweep(folder.number)
        var temporary = try mapping { () throws(SystemError) in
            try makeTemporary(in: folder.number)
        }
        do throws(ObjectStoreError) {
            let file = temporary.file.number
            try produce { chunk throws(ObjectStoreError) in
                if ContinuousClock.now >= deadline { throw .deadlineExceeded }
                var offset = 0
                while offset < chunk.count {
                    let end = min(offset + Self.chunkBytes, chunk.count)
                    let piece = [UInt8](chunk.extracting(offset..<end))
                    try mapping { () throws(SystemError) in try writeAll(piece, to: file) }
                    offset = end
                }
            }
            try mapping { () throws(SystemError) in try fileSystem.sync(file) }
            try place(temporary.name, path.name, condition, folder.number, deadline: deadline)
        } catch {
            try? fileSystem.remove(temporary.name, in: folder.number)
            throw error
        }
        return try seal(&temporary, in: folder.number)
    }

    package func stage(
        _ key: ObjectKey,
        copyKey: ObjectKey
    ) throws(ObjectStoreError) -> (any StagedObject)? {
        try StagedFiles(key, copyKey: copyKey, in: self)
    }

    /// Removes the temporary files of writers that died, in every folder.
    ///
    /// Writes do so in their own folder; a server calls this once, when it starts.
    /// - Throws: what listing a folder may.
    package func sweepTemporaries() throws(ObjectStoreError) {
        try visitFolders(under: []) { _, folder in sweep(folder) }
    }

    // MARK: - Steps of a write

    /// Gives a temporary file, whose content is on the device, its name.
    func place(
        _ temporary: String,
        _ name: String,
        _ condition: WriteCondition,
        _ folder: Int32,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        try lock(folder, deadline: deadline)
        try check(condition, name, in: folder)
        try mapping { () throws(SystemError) in
            try fileSystem.rename(temporary, to: name, in: folder)
        }
    }

    /// Ends a write whose file has its name.
    func seal(
        _ file: inout TemporaryFile,
        in folder: Int32
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try mapping { () throws(SystemError) in try fileSystem.sync(folder) }
        let metadata = try settledMetadata(of: file.file.number)
        // Closed last: until the rename the lock of the open file keeps sweepers away.
        try mapping { () throws(SystemError) in try file.file.close() }
        return metadata
    }

    func makeTemporary(in folder: Int32) throws(SystemError) -> TemporaryFile {
        while true {
            let number = String(fileSystem.uniqueNumber(), radix: 16)
            let name = LocalPath.temporaryPrefix + number
            let file = Descriptor(
                try fileSystem.open(name, in: folder, .create),
                of: fileSystem
            )
            do throws(SystemError) {
                // A sweeper may hold or have removed the file between the creation and here.
                let isOurs = try fileSystem.tryLock(file.number)
                if isOurs, try fileSystem.status(file.number).linkCount > 0 {
                    return TemporaryFile(name: name, file: file)
                }
            } catch {
                try? fileSystem.remove(name, in: folder)
                throw error
            }
        }
    }

    func writeAll(_ bytes: [UInt8], to file: Int32) throws(SystemError) {
        var offset = 0
        while offset < bytes.count {
            let rest = bytes.span.extracting(offset..<bytes.count)
            offset += try fileSystem.write(file, rest)
        }
    }

    private func check(
        _ condition: WriteCondition,
        _ name: String,
        in folder: Int32
    ) throws(ObjectStoreError) {
        let present: FileStatus?
        do throws(SystemError) {
            present = try fileSystem.status(of: name, in: folder)
        } catch  where error.isAbsence {
            present = nil
        } catch {
            throw ObjectStoreError(error)
        }
        if let present, present.kind != .file { throw .notRegularFile }
        let isMet =
            switch condition {
            case .always: true
            case .ifAbsent: present == nil
            case .ifMatch(let etag): present?.etag == etag
            }
        if !isMet { throw .preconditionFailed }
    }

    /// Best effort: whoever cannot clean up can still write.
    func sweep(_ folder: Int32) {
        let names = (try? fileSystem.names(in: folder)) ?? []
        for name in names where name.hasPrefix(LocalPath.temporaryPrefix) {
            guard let number = try? fileSystem.open(name, in: folder, .read) else { continue }
            let file = Descriptor(number, of: fileSystem)
            guard (try? fileSystem.tryLock(file.number)) == true else { continue }
            try? fileSystem.remove(name, in: folder)
        }
    }
}

/// A file that is being written.
struct TemporaryFile: ~Copyable {
    let name: String
    var file: Descriptor
}
