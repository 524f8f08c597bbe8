// SPDX-License-Identifier: Apache-2.0

internal import CPages
internal import NIOCore

/// One of the files that browsers are given, from the program itself.
struct PageFile {
    /// Its bytes, shared by all answers.
    let content: ByteBuffer

    init(_ name: cpages_name) {
        // The bytes are constants of the program; the buffer is a copy, made once.
        let file = unsafe cpages_get(name)
        content = unsafe ByteBuffer(
            bytes: UnsafeBufferPointer(start: file.bytes, count: file.count)
        )
    }
}
