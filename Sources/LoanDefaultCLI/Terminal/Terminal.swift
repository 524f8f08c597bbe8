// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Standard error as people and log collectors see it; standard output is for results.
enum Terminal {
    /// True when a person watches standard error.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// Prints one line to standard error.
    static func error(_ line: String) {
        write(line + "\n")
    }

    /// Prints the warnings of work that is done, a line each.
    static func warn(_ warnings: [String]) {
        for warning in warnings { error("warning: \(warning)") }
    }

    /// Redraws the current line on standard error.
    static func redraw(_ line: String) {
        write("\r\u{1B}[K\(line)")
    }

    /// There is no place to report that standard error is full or gone; the work goes on.
    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
