// SPDX-License-Identifier: Apache-2.0

/// An open file or folder that closes itself.
struct Descriptor: ~Copyable {
    /// The number of the kernel; -1 once closed.
    private(set) var number: Int32
    private let fileSystem: any FileSystem

    init(_ number: Int32, of fileSystem: any FileSystem) {
        self.number = number
        self.fileSystem = fileSystem
    }

    /// Closes and reports what the kernel says, which may be a late error of writing.
    mutating func close() throws(SystemError) {
        let open = number
        number = -1
        try fileSystem.close(open)
    }

    deinit {
        // Reached by readers and after other errors, where a failing close changes nothing.
        if number >= 0 { try? fileSystem.close(number) }
    }
}
