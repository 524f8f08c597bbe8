// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

/// A folder of this machine that is no part of storage: for temporary files, and for the results of
/// commands.
struct MachineFolder {
    /// The absolute path, free of links.
    let path: String
    private let store: LocalStore

    /// - Parameter path: absolute, or relative to the working folder of this process.
    /// - Throws: `unwritable` where there is no folder.
    init(_ path: String) throws(ObjectStoreError) {
        let path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        self.path = path
        do throws(ObjectStoreError) {
            // Opened at once: folders above it may be passed, and not be readable.
            store = try LocalStore(root: path)
        } catch .notFound {
            throw .unwritable(place: path, .system(code: ENOENT))
        } catch .permissionDenied {
            throw .unwritable(place: path, .system(code: EACCES))
        } catch .notRegularFile {
            throw .unwritable(place: path, .notAFolder)
        }
    }

    /// The folder of temporary files.
    static func ofTemporaryFiles() throws(ObjectStoreError) -> MachineFolder {
        try MachineFolder(FileManager.default.temporaryDirectory.path)
    }

    /// What is left for files.
    func freeSpace() throws(ObjectStoreError) -> FreeSpace? {
        do throws(ObjectStoreError) {
            return try store.freeSpace(below: "")
        } catch {
            throw named(error)
        }
    }

    /// Finds out whether files can be written.
    /// - Throws: `unwritable` where they cannot, and where there is less room than `bytesMin`.
    func rehearse(bytesMin: Int) throws(ObjectStoreError) {
        do throws(ObjectStoreError) {
            try store.rehearseFiles(bytesMin: bytesMin)
        } catch {
            throw named(error)
        }
    }

    /// The store knows its root by no name.
    private func named(_ error: ObjectStoreError) -> ObjectStoreError {
        guard case .unwritable(_, let obstacle) = error else { return error }
        return .unwritable(place: path, obstacle)
    }
}
