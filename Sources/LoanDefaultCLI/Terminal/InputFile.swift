// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why an input could not be read.
enum InputFileError: Error, CustomStringConvertible {
    case failed(path: String, reason: String)

    var description: String {
        switch self {
        case .failed(let path, let reason): "cannot read \(path): \(reason)"
        }
    }
}

/// A file to read in pieces, or standard input for "-".
struct InputFile {
    private let path: String
    private let handle: FileHandle
    /// Bytes in all; nil when they come from a pipe.
    let size: Int?

    init(_ path: String) throws(InputFileError) {
        self.path = path
        guard path != "-" else {
            handle = .standardInput
            size = nil
            return
        }
        guard let opened = FileHandle(forReadingAtPath: path) else {
            throw .failed(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        handle = opened
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        size = (attributes?[.size] as? NSNumber)?.intValue
    }

    /// The next bytes; nil at the end.
    func read(upTo count: Int) throws(InputFileError) -> [UInt8]? {
        do {
            guard let data = try handle.read(upToCount: count), !data.isEmpty else { return nil }
            return Array(data)
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }
}
