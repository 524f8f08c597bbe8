// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import ObjectStorage

extension ObjectSource {
    /// The bytes of an open file, from the first one on.
    /// - Parameters:
    ///   - length: bytes of the file.
    ///   - progress: called with the bytes taken so far.
    init(_ file: FileHandle, length: Int, progress: @escaping (Int) -> Void = { _ in }) {
        var taken: Int?
        self.init(length: length) { (bytes, bytesMax) throws(ObjectStoreError) in
            do {
                if taken == nil { try file.seek(toOffset: 0) }
                let data = try file.read(upToCount: bytesMax) ?? Data()
                bytes.append(contentsOf: data)
                taken = (taken ?? 0) + data.count
            } catch {
                throw .unavailable(.interrupted, retryAfter: nil)
            }
            progress(taken ?? 0)
        }
    }
}
