// SPDX-License-Identifier: Apache-2.0

/// What bounds one connection of HTTP/2. Sizes are in bytes.
package struct HTTP2Limits: Sendable {
    /// Streams of a connection that are open at once.
    package var streamsMax = 256
    /// What a client may send on a stream before anything is said to its request: what a request
    /// costs that is refused.
    package var firstWindow = 16 << 10
    /// What a client may send on a stream that was given room, before its bytes are taken.
    package var streamWindow = 1 << 20
    /// The same of all streams of a connection.
    package var connectionWindow = 4 << 20
    /// All header fields of a request together, 32 bytes for each in addition to its own.
    package var headerBytesMax = 16 << 10
    /// Streams that a client may reset at once ...
    package var resetBurst = 1000
    /// ... and in every second after that.
    package var resetsPerSecond = 100
    /// Acknowledgments that wait to be sent.
    package var acknowledgmentsMax = 1000
    /// Entries of one SETTINGS frame.
    package var settingsMax = 32
    /// CONTINUATION frames of one list of fields.
    package var continuationsMax = 8
    /// Frames that bring nothing, beyond those that what a connection does calls for.
    package var idleFramesBurst = 1000
    /// How many more of them may come in every second.
    package var idleFramesPerSecond = 100

    /// The default limits.
    package init() {}
}
