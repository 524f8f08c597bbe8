// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A file that no name leads to, for bytes on their way elsewhere: what is left of it when its
/// process ends is nothing.
package enum UnnamedFile {
    /// No file can be made.
    package struct Failure: Error, Equatable {
        /// The value of `errno`.
        package let code: Int32
    }

    /// Opens an empty one for reading and writing.
    /// - Parameter folder: whose disk it takes.
    /// - Returns: a descriptor, which the caller closes.
    package static func open(in folder: String) throws(Failure) -> Int32 {
        let number = String(UInt64.random(in: .min ... .max), radix: 16)
        let path = "\(folder)/loan-default-\(number)"
        // The path is read during the calls only.
        let descriptor = unsafe Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        guard unsafe unlink(path) == 0 else {
            let code = errno
            close(descriptor)
            throw Failure(code: code)
        }
        return descriptor
    }
}
