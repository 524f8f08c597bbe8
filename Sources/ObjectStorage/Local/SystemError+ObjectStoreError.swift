// SPDX-License-Identifier: Apache-2.0

import Glibc

extension ObjectStoreError {
    /// What a failed system call means to the caller of a store.
    init(_ error: SystemError) {
        self =
            switch error.code {
            case ENOENT: .notFound
            case EACCES, EPERM, EROFS: .permissionDenied
            // O_NOFOLLOW gives ELOOP for a link, O_DIRECTORY gives ENOTDIR, a socket ENXIO.
            case ELOOP, ENOTDIR, EISDIR, ENXIO, ENOTEMPTY: .notRegularFile
            case ENAMETOOLONG:
                .invalidKey(.componentTooLong(bytesMax: LocalPath.componentBytesMax))
            case ENOSPC, EDQUOT, EFBIG: .outOfSpace
            case EMFILE, ENFILE: .tooManyOpenFiles
            default: .system(operation: error.operation, code: error.code)
            }
    }
}

extension SystemError {
    /// The name does not exist.
    var isAbsence: Bool { code == ENOENT }
    /// The name may be a link, which was not followed.
    var mayBeLink: Bool { code == ELOOP || code == ENOTDIR }
    /// The name exists already.
    var isExistence: Bool { code == EEXIST }
}

/// Runs system calls and gives their errors the meaning of a store's.
func mapping<Value: ~Copyable>(
    _ calls: () throws(SystemError) -> Value
) throws(ObjectStoreError) -> Value {
    do throws(SystemError) {
        return try calls()
    } catch {
        throw ObjectStoreError(error)
    }
}
