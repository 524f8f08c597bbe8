// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

/// Files that commands write outside of any storage.
package enum LocalOutput {
    /// Finds out what is wrong with the folder of a file before the work on its bytes.
    /// - Parameters:
    ///   - path: the file, which need not be there; links of its folder are followed.
    ///   - bytesMin: what it takes at least, as far as that is known.
    /// - Throws: `ServiceError` for a folder that is not there, that takes no files, or that has
    ///   less room.
    package static func check(_ path: String, bytesMin: Int = 0) throws(ServiceError) {
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do throws(ObjectStoreError) {
            try MachineFolder(parent).rehearse(bytesMin: bytesMin)
        } catch {
            throw ServiceError(error, .place(.object, .local))
        }
    }
}
