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
    init(_ path: String) throws(ObjectStoreError) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path
        store = try LocalStore(root: "/")
    }

    /// The folder of temporary files.
    static func ofTemporaryFiles() throws(ObjectStoreError) -> MachineFolder {
        try MachineFolder(FileManager.default.temporaryDirectory.path)
    }

    private var key: String { String(path.drop { $0 == "/" }) }

    /// What is left for files.
    func freeSpace() throws(ObjectStoreError) -> FreeSpace? {
        try store.freeSpace(below: key)
    }

    /// Finds out whether files can be written.
    /// - Throws: `unwritable` where they cannot, and where there is less room than `bytesMin`.
    func rehearse(bytesMin: Int) throws(ObjectStoreError) {
        try store.rehearse(.objects(below: key, bytesMin: bytesMin), deadline: .now + .seconds(30))
    }
}
