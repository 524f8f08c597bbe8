// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Reads the small files that options name.
package enum SecretFile {
    /// Longest file that is read.
    package static let bytesMax = 1 << 20

    /// - Throws: `ConfigurationError` naming the option; its text holds nothing of the contents.
    package static func bytes(_ path: String, option: String) throws(ConfigurationError) -> [UInt8]
    {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            data = try file.read(upToCount: bytesMax + 1) ?? Data()
        } catch {
            throw .unusable(option: option, value: path, reason: "cannot be read")
        }
        guard data.count <= bytesMax else {
            throw .unusable(option: option, value: path, reason: "is above \(bytesMax) bytes")
        }
        return Array(data)
    }
}
