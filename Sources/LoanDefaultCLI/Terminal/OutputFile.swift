// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Why a result could not be written.
enum OutputFileError: Error, CustomStringConvertible {
    case failed(path: String, reason: String)

    var description: String {
        switch self {
        case .failed(let path, let reason): "cannot write \(path): \(reason)"
        }
    }
}

/// A result file of the command line, or standard output for "-". A file appears under its name
/// only when it is complete.
struct OutputFile {
    private let path: String
    private let temporary: String
    private let handle: FileHandle

    init(_ path: String) throws(OutputFileError) {
        self.path = path
        guard path != "-" else {
            temporary = path
            handle = .standardOutput
            return
        }
        temporary = path + ".partial"
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let opened = FileHandle(forWritingAtPath: temporary)
        else {
            throw .failed(path: path, reason: unsafe String(cString: strerror(errno)))
        }
        handle = opened
    }

    func write(_ bytes: [UInt8]) throws(OutputFileError) {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }

    /// Puts a file under its name.
    func finish() throws(OutputFileError) {
        guard path != "-" else { return }
        do {
            try handle.synchronize()
            try handle.close()
            guard unsafe rename(temporary, path) == 0 else {
                throw OutputFileError.failed(
                    path: path,
                    reason: unsafe String(cString: strerror(errno))
                )
            }
        } catch let error as OutputFileError {
            throw error
        } catch {
            throw .failed(path: path, reason: error.localizedDescription)
        }
    }
}
