// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// A folder's lock, which ends with this object, or before.
final class FolderLock: Sendable {
    private let file: Mutex<Int32?>

    /// - Parameter file: a descriptor that has the lock, which is closed with this object.
    init(_ file: Int32) { self.file = Mutex(file) }

    /// Ends the lock.
    func release() {
        let open = file.withLock { file in
            defer { file = nil }
            return file
        }
        if let open { close(open) }
    }

    deinit { release() }
}
