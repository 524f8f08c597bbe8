// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Files of the kernel's file systems: short, and written again at each read.
package enum SmallFile {
    /// The text of a file of at most `bytesMax` bytes, or "" when it is not there.
    package static func text(_ path: String, bytesMax: Int = 4096) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: bytesMax)
        let count = unsafe bytes.withUnsafeMutableBytes {
            // The kernel writes at most the buffer's length.
            unsafe read(descriptor, $0.baseAddress, $0.count)
        }
        guard count > 0 else { return "" }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// The first number on the line that begins with `key` and a space, tab or colon.
    package static func number(_ key: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(key) {
            let rest = line.dropFirst(key.count)
            guard let separator = rest.first, [" ", "\t", ":"].contains(separator) else { continue }
            let words = rest.split { $0 == " " || $0 == "\t" || $0 == ":" }
            return words.first.flatMap { Int($0) }
        }
        return nil
    }
}
