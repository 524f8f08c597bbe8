// SPDX-License-Identifier: Apache-2.0

/// The payload of GOAWAY: no new streams, please.
package struct GoAway: Sendable, Equatable {
    /// Streams above this one were not started.
    package var lastStream: UInt32
    /// `ok` for an orderly end.
    package var code: StatusCode
    /// One line for a person.
    package var reason: String
    /// How long the sender waits for the streams at or below `lastStream`.
    package var grace: Duration

    /// A GOAWAY by its parts.
    package init(lastStream: UInt32, code: StatusCode, reason: String, grace: Duration = .zero) {
        self.lastStream = lastStream
        self.code = code
        self.reason = reason
        self.grace = grace
    }
}
