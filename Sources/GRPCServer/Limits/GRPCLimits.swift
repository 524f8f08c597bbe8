// SPDX-License-Identifier: Apache-2.0

package import HTTP2

/// What bounds a connection of gRPC in addition to `HTTPLimits`. Sizes are in bytes.
package struct GRPCLimits: Sendable {
    /// Frames, streams and windows.
    package var http2 = HTTP2Limits()
    /// Messages and answers that a connection holds: above, its window stays shut.
    package var connectionBytesMax = 16 << 20
    /// Answers of a stream that wait: above, its next message is not worked on.
    package var unsentBytesMax = 256 << 10
    /// Age at which a connection is asked to end, so that long ones spread to new servers.
    package var connectionAgeMax = Duration.seconds(600)
    /// The age varies by this share in both directions, in percent.
    package var connectionAgeJitterPercent = 10
    /// How long streams are taken after the end was announced: a client may not have read it.
    package var endNoticeTime = Duration.seconds(1)
    /// PING is sent when nothing has been received for this time.
    package var keepaliveInterval = Duration.seconds(20)
    /// The connection is lost when nothing comes for this time after that.
    package var keepaliveTimeout = Duration.seconds(10)

    /// The default limits.
    package init() {}
}
