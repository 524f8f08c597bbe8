// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Standard error as people and log collectors see it; standard output is for results.
enum Terminal {
    /// True when a person watches standard error.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// Prints one line to standard error.
    static func error(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    /// Redraws the current line on standard error.
    static func redraw(_ line: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(line)".utf8))
    }
}
