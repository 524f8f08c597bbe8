// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// A file or folder of a record cannot be used.
package struct RecordFileError: Error, Equatable, CustomStringConvertible {
    /// Which one.
    package let path: String
    /// What was done to it.
    package let operation: RecordFileOperation
    /// The value of `errno`.
    package let code: Int32

    /// A failure of the system.
    package init(_ path: String, _ operation: RecordFileOperation, _ code: Int32) {
        self.path = path
        self.operation = operation
        self.code = code
    }

    /// What is wrong.
    package var description: String {
        "the record cannot \(operation.rawValue) '\(path)': \(SystemErrorText.of(code))"
    }
}

/// What was done to a file when it failed.
package enum RecordFileOperation: String, Sendable, Equatable {
    case makeFolder = "make"
    case open = "open"
    case read = "read"
    case write = "write"
    case sync = "sync"
    case cut = "cut"
    case rename = "rename"
    case remove = "remove"
    case map = "map"
    case reserve = "reserve room for"
    case list = "list"
    case lock = "lock"
}
