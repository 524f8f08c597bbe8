// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanService
internal import Machine

/// Why a result could not be written.
enum OutputFileError: Error, CustomStringConvertible {
    case failed(path: String, reason: String)

    var description: String {
        switch self {
        case .failed(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}

/// A result file of the command line: of this machine, `s3://BUCKET/KEY`, or standard output for
/// "-" and for a pipe or device. A file or object appears under its name only when it is complete;
/// an object is spooled to a file of this machine that no name leads to. What is not finished is
/// removed.
final class OutputFile {
    private enum Target {
        case stream
        case file(temporary: String)
        case object(StorageLocation, StorageObjects)
    }

    private let path: String
    private let target: Target
    private let handle: FileHandle
    private var isFinished = false

    /// - Parameter bytesMin: the least size of the result, as far as it is known.
    /// - Throws: before anything is computed for it: `OutputFileError` for a folder in its place,
    ///   for a place that takes no files or has no room, for a key that names a folder, for an
    ///   object that may not be written, and for a bucket that does not exist.
    init(_ path: String, bytesMin: Int = 0) throws {
        self.path = path
        if let location = StorageLocation(address: path) {
            let objects = try LoanService.forCommand().objects
            try Self.checking(path) { () throws(ServiceError) in
                try objects.checkTarget(location)
            }
            target = .object(location, objects)
            handle = try Self.spool(for: path)
        } else if path == "-" {
            target = .stream
            handle = .standardOutput
        } else if let type = Self.type(of: path), type != S_IFREG {
            target = .stream
            handle = try Self.open(type, path)
        } else {
            try Self.checking(path) { () throws(ServiceError) in
                try LocalOutput.check(path, bytesMin: bytesMin)
            }
            let temporary = path + ".partial"
            target = .file(temporary: temporary)
            handle = try Self.create(temporary, for: path)
        }
    }

    private static func checking(
        _ path: String,
        _ check: () throws(ServiceError) -> Void
    ) throws(OutputFileError) {
        do throws(ServiceError) {
            try check()
        } catch {
            throw .failed(path: path, reason: error.reason)
        }
    }

    /// The type of the file of this name, links followed; nil for none.
    private static func type(of path: String) -> mode_t? {
        var status = stat()
        // The buffer lives through the call, which fills it.
        guard unsafe stat(path, &status) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    /// Opens a pipe or a device, which no file takes the place of.
    private static func open(
        _ type: mode_t,
        _ path: String
    ) throws(OutputFileError) -> FileHandle {
        guard type != S_IFDIR else {
            throw .failed(path: path, reason: "it is a folder; give the name of a file in it")
        }
        guard let opened = FileHandle(forWritingAtPath: path) else {
            throw .failed(path: path, reason: SystemErrorText.ofLastFailure())
        }
        return opened
    }

    func write(_ bytes: [UInt8]) throws(OutputFileError) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }

    /// Puts a file or object under its name.
    func finish() throws(OutputFileError) {
        switch target {
        case .stream: return
        case .file(let temporary): try rename(temporary)
        case .object(let location, let objects): try upload(to: location, objects)
        }
        isFinished = true
    }

    deinit {
        guard !isFinished, case .file(let temporary) = target else { return }
        try? FileManager.default.removeItem(atPath: temporary)
    }

    private func rename(_ temporary: String) throws(OutputFileError) {
        do {
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
        guard unsafe Foundation.rename(temporary, path) == 0 else {
            throw .failed(path: path, reason: SystemErrorText.ofLastFailure())
        }
    }

    private func upload(
        to location: StorageLocation,
        _ objects: StorageObjects
    ) throws(OutputFileError) {
        let line = ProgressLine()
        do {
            let size = try handle.offset()
            try objects.write(location, contentsOf: handle) { bytesTaken in
                line.show("uploading", share: Double(bytesTaken) / Double(max(1, size)))
            }
        } catch let error as ServiceError {
            throw .failed(path: path, reason: error.reason)
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }

    private static func create(
        _ file: String,
        for path: String
    ) throws(OutputFileError) -> FileHandle {
        guard FileManager.default.createFile(atPath: file, contents: nil),
            let opened = FileHandle(forUpdatingAtPath: file)
        else {
            throw .failed(path: path, reason: SystemErrorText.ofLastFailure())
        }
        return opened
    }

    private static func spool(for path: String) throws(OutputFileError) -> FileHandle {
        do throws(UnnamedFile.Failure) {
            let folder = FileManager.default.temporaryDirectory.path
            return FileHandle(
                fileDescriptor: try UnnamedFile.open(in: folder),
                closeOnDealloc: true
            )
        } catch {
            throw .failed(path: path, reason: SystemErrorText.of(error.code))
        }
    }
}
