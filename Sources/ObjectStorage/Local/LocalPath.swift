// SPDX-License-Identifier: Apache-2.0

/// A key as folders and a file name: no component can leave the folder it is looked up in.
struct LocalPath: Equatable {
    /// The longest component that Linux file systems take, in bytes.
    static let componentBytesMax = 255
    /// Names of files that are being written start with this.
    static let temporaryPrefix = ".loan-tmp-"

    /// The folders from the root down.
    let folders: [String]
    /// The file's name.
    let name: String

    /// Splits a key.
    /// - Throws: `invalidKey` for a component that is empty, `.`, `..`, too long, reserved, or
    ///   that has a NUL.
    init(_ key: ObjectKey) throws(ObjectStoreError) {
        var components: [String] = []
        for part in key.name.split(separator: "/", omittingEmptySubsequences: false) {
            let component = String(part)
            try Self.check(component)
            components.append(component)
        }
        // Splitting yields at least one part.
        name = components.removeLast()
        folders = components
    }

    /// Checks one component.
    static func check(_ component: String) throws(ObjectStoreError) {
        if component.isEmpty || component == "." || component == ".." {
            throw .invalidKey(.component)
        }
        if component.utf8.count > componentBytesMax {
            throw .invalidKey(.componentTooLong(bytesMax: componentBytesMax))
        }
        if component.utf8.contains(0) { throw .invalidKey(.nul) }
        if component.hasPrefix(temporaryPrefix) { throw .invalidKey(.temporaryName) }
    }
}
