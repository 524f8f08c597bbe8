// SPDX-License-Identifier: Apache-2.0

internal import Compression
internal import Foundation
internal import LoanService
internal import Machine

/// Why an input could not be read.
enum InputFileError: Error, CustomStringConvertible {
    case failed(path: String, reason: String)
    case tooLarge(path: String, limit: Int)

    var description: String {
        switch self {
        case .failed(let path, let reason): "cannot read \(path): \(reason)"
        case .tooLarge(let path, let limit): "\(path) is larger than \(limit) bytes"
        }
    }
}

/// A file to read in pieces: of this machine, `s3://BUCKET/KEY`, or standard input for "-".
struct InputFile {
    private enum Source {
        case handle(FileHandle)
        case object(StorageLocation, StorageObjects)
    }

    private let path: String
    private let source: Source
    /// Bytes in all; nil when they come from a pipe.
    let size: Int?

    init(_ path: String) throws {
        self.path = path
        if let location = StorageLocation(address: path) {
            let objects = try LoanService.forCommand().objects
            source = .object(location, objects)
            do {
                size = try objects.size(location)
            } catch {
                throw InputFileError.failed(path: path, reason: error.reason)
            }
            return
        }
        guard path != "-" else {
            source = .handle(.standardInput)
            size = nil
            return
        }
        guard let opened = FileHandle(forReadingAtPath: path) else {
            throw InputFileError.failed(path: path, reason: SystemErrorText.ofLastFailure())
        }
        source = .handle(opened)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? NSNumber)?.intValue
    }

    /// Calls `body` with all bytes, piece by piece.
    /// - Throws: `InputFileError`, and what `body` throws.
    func forEachChunk(_ body: ([UInt8]) throws -> Void) throws {
        switch source {
        case .handle(let handle):
            while let chunk = try Self.chunk(of: handle, path) { try body(chunk) }
        case .object(let location, let objects):
            do {
                try objects.read(location, body)
            } catch let error as ServiceError {
                throw InputFileError.failed(path: path, reason: error.reason)
            }
        }
    }

    /// Calls `body` with all content of a table, piece by piece, decompressed where it is
    /// compressed.
    /// - Parameter progress: called with the bytes of the file that are read.
    /// - Throws: `InputFileError`, and what `body` throws.
    func forEachPiece(
        progress: (Int) -> Void = { _ in },
        _ body: (borrowing Span<UInt8>) throws -> Void
    ) throws {
        var content = ContentStream()
        var bytesRead = 0
        do {
            try forEachChunk { chunk in
                try content.append(chunk.span, body)
                bytesRead += chunk.count
                progress(bytesRead)
            }
            try content.finish(body)
        } catch let error as StreamError<any Error> {
            switch error {
            case .compression(let error):
                throw InputFileError.failed(path: path, reason: "\(error)")
            case .content(let error): throw error
            }
        }
    }

    /// All bytes of a small file.
    static func contents(of path: String, bytesMax: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try InputFile(path).forEachChunk { chunk in
            guard bytes.count + chunk.count <= bytesMax else {
                throw InputFileError.tooLarge(path: path, limit: bytesMax)
            }
            bytes += chunk
        }
        return bytes
    }

    /// The next bytes; nil at the end.
    private static func chunk(
        of handle: FileHandle,
        _ path: String
    ) throws(InputFileError) -> [UInt8]? {
        do {
            guard let data = try handle.read(upToCount: chunkBytes), !data.isEmpty else {
                return nil
            }
            return Array(data)
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }

    private static let chunkBytes = 1 << 20
}
