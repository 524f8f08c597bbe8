// SPDX-License-Identifier: Apache-2.0

/// Why a program gave no credentials.
package enum ProgramFailure: Error, Sendable, Equatable {
    /// The system's error.
    case notStarted(Int32)
    /// It ended with another status than 0.
    case status(Int32)
    case timedOut, tooLong
    /// The output is not a flat JSON object with keys and, if any, an end in time.
    case malformed
    /// The output is not of version 1.
    case version
}
