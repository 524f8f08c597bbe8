// SPDX-License-Identifier: Apache-2.0

/// What bounds one connection and one request. Sizes are in bytes.
package struct HTTPLimits: Sendable {
    /// The request target: path and query. Above: 414.
    package var targetBytesMax = 8 << 10
    /// All header fields of a request together. Above: 431.
    package var headerBytesMax = 80 << 10
    /// Header fields of a request. Above: 431.
    package var headerCountMax = 256
    /// The body of a request. Above: 413.
    package var bodyBytesMax = 4 << 20
    /// The body of a call that scores nothing: some fields, which are read on the event loop.
    /// Above: 413.
    package var controlBodyBytesMax = 64 << 10
    /// All requests that are being read or answered and all answers that are not taken, of all
    /// connections. Above: 503.
    package var bytesInFlightMax = 128 << 20
    /// The line that starts a chunk, with its extensions. Above: 400.
    package var chunkLineBytesMax = 256
    /// Chunks of a body, beyond one for every `chunkBytesMin` bytes of it. Above: 400.
    package var smallChunksMax = 1024
    /// Bytes of a chunk that cost no more than their bytes do.
    package var chunkBytesMin = 64
    /// All trailer fields after a chunked body. Above: 431.
    package var trailerBytesMax = 8 << 10
    /// Connections at a time. For further ones those leave that have been idle, of the peer address
    /// with the most of them.
    package var connectionsMax = 4096
    /// Connections above that number while others are leaving; further ones are closed.
    package var connectionsLeavingMax = 64
    /// A connection that has been idle for this time leaves when others wait for its place.
    package var idleTimeMin = Duration.seconds(1)
    /// A connection without traffic is closed after this time. Longer than the 60 s of a load
    /// balancer in front, which then never meets a closed connection.
    package var idleTimeout = Duration.seconds(75)
    /// A request, and a handshake of TLS, must be there after this time, plus what its bytes take
    /// at `bytesPerSecondMin`.
    package var requestTimeout = Duration.seconds(10)
    /// The slowest sender, and the slowest reader, that is waited for.
    package var bytesPerSecondMin = 16 << 10
    /// Bodies of calls that are refused for lack of room, in a second and of all connections
    /// together; beyond it their answers wait.
    package var refusedBytesPerSecondMax = 64 << 20
    /// What is not waited for after a pause.
    package var refusedBytesAtOnce = 16 << 20
    /// How long a refusal waits at most: as long as such callers are asked to.
    package var refusalDelayMax = Duration.seconds(1)
    /// A client that takes no byte of its answers for this time is disconnected, and one that does
    /// not take all of them in this time, plus what their bytes take at `bytesPerSecondMin`.
    package var unreadTimeout = Duration.seconds(30)
    /// How long a closing connection reads on, so that the last answer is not lost to a reset.
    package var lingerTime = Duration.seconds(2)
    /// How long a drain waits for calls under way.
    package var drainTime = Duration.seconds(20)

    /// The default limits.
    package init() {}

    /// The time that the slowest acceptable peer needs for `byteCount` bytes.
    package func transferTime(_ byteCount: Int) -> Duration {
        .milliseconds(Int64(byteCount) * 1000 / Int64(max(1, bytesPerSecondMin)))
    }
}
