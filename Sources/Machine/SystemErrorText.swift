// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What the values of `errno` mean, in the system's own words.
package enum SystemErrorText {
    /// One line without a full stop: "No such file or directory".
    package static func of(_ code: Int32) -> String {
        // The text is the library's, or the thread's until its next call; it is copied here.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "system error \(code)"
    }

    /// The same for the last call of this thread that failed.
    package static func ofLastFailure() -> String { of(errno) }
}
