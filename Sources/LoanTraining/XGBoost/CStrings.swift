// SPDX-License-Identifier: Apache-2.0

/// Calls `body` with NUL-terminated copies of `strings`, valid during the call.
func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutableBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    // One buffer holds all strings; the pointers lead into it and do not outlive this call.
    var bytes: [CChar] = []
    var starts: [Int] = []
    for string in strings {
        starts.append(bytes.count)
        bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
        bytes.append(0)
    }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
        var pointers = unsafe starts.map { start in
            unsafe buffer.baseAddress.map { unsafe $0 + start }
        }
        return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0) }
    }
}
