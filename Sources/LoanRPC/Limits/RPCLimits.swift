// SPDX-License-Identifier: Apache-2.0

package import Admission

/// Every bound that LDP/1 puts on a peer, with its default. Sizes are in bytes.
///
/// A server announces some of them in HELLO or ServerInfo; all are enforced before memory is taken.
public struct RPCLimits: Sendable, Equatable {
    // MARK: The connection

    /// Preface and HELLO must be complete within this time.
    public var helloTimeout: Duration = .seconds(5)
    /// The longest HELLO payload.
    public var helloBytesMax = 4096
    /// Connections that are open at once.
    public var connectionsMax = 1024
    /// Of these, connections whose HELLO has not been accepted. Of more, the oldest one of the
    /// peer address with the most of them is closed.
    public var connectionsUnauthenticatedMax = 64
    /// Age at which a connection is asked to end, so that long ones spread to new servers.
    public var connectionAgeMax: Duration = .seconds(600)
    /// The age varies by this share in both directions, in percent.
    public var connectionAgeJitterPercent = 10
    /// Streams at or below the one named in GOAWAY may take this long to finish.
    public var drainGrace: Duration = .seconds(20)
    /// After GOAWAY with an error, input is read and dropped for this time, so that the peer
    /// receives the frame instead of a reset.
    public var lingerTime: Duration = .seconds(1)
    /// PING is sent when nothing has been received for this time.
    public var keepaliveInterval: Duration = .seconds(20)
    /// The connection is lost when a PING has no PONG after this time.
    public var keepaliveTimeout: Duration = .seconds(10)

    // MARK: Frames

    /// The longest payload that is accepted.
    public var frameBytesMax = 4 << 20
    /// A frame may be unfinished for this time at any speed ...
    public var frameSlowTime: Duration = .seconds(5)
    /// ... and must then arrive at this rate, in bytes a second.
    public var frameRateMin = 16 << 10
    /// Skipped frames (types 128 to 255) and frames that change nothing (PONG, GOAWAY, CREDIT of
    /// nothing or of an ended stream) in any second, headers counted.
    public var ancillaryBytesPerSecondMax = 256 << 10
    /// CANCEL frames in any 10 seconds.
    public var cancelsPerTenSecondsMax = 100
    /// PING frames of a client in any second, beyond a burst of the same number.
    public var pingsPerSecondMax = 1
    /// A stream that ended before its peer had finished may receive late frames for this time.
    public var lateFrameTime: Duration = .seconds(5)

    // MARK: Calls

    /// Streams of one connection that are open or whose work has not stopped.
    public var streamsMax = 64
    /// The longest RequestHead.
    public var headBytesMax = 2048
    /// Metadata pairs of a call.
    public var metadataPairsMax = 16
    /// DATA bytes a peer may send on a new stream before it is given CREDIT.
    public var streamCredit = 4 << 20
    /// What a peer may assume about `streamCredit` before it has seen HELLO.
    public static let streamCreditDefault = 1 << 20
    /// No stream's credit may exceed this.
    public static let streamCreditCeiling = 1 << 30
    /// The deadline of a control call that names none.
    public var controlTimeout: Duration = .seconds(3600)
    /// A longer deadline is shortened to this.
    public var timeoutMax: Duration = .seconds(86_400)
    /// Message bytes of one connection that wait for work or are being worked on.
    public var connectionBytesInFlightMax = 16 << 20
    /// The same of all connections.
    public var totalBytesInFlightMax = 128 << 20
    /// Output that waits for a slow reader: reading stops above it.
    public var unsentBytesMax = 1 << 20
    /// A peer that reads nothing for this time while output waits is closed.
    public var unsentStallTime: Duration = .seconds(30)

    // MARK: Predictions

    /// Rows of one batch.
    public var rowsMax = 65_536
    /// Columns of a prepared matrix.
    public var preparedFeaturesMax = 4096
    /// The longest model name.
    public static let modelNameBytesMax = 128
    /// Columns that a batch carries by name.
    public var columnsMax = 4096
    /// The longest name of a column.
    public static let columnNameBytesMax = 4096
    /// Texts in the dictionary of one column.
    public var dictionaryTextsMax = 65_536
    /// Bytes of all texts in the dictionaries of a batch.
    public var dictionaryBytesMax = 1 << 20
    /// Bytes of the record that contributions start from.
    public var baselineBytesMax = 1 << 20
    /// Fields of one predict message, known and unknown: `columnsMax`, and room for others.
    public var predictFieldsMax = 4096 + 1024
    /// How long predictions may take and wait.
    package var admission = AdmissionLimits()
    /// While more batches come than can be scored, a connection that has sent one is read again at
    /// the next multiple of this.
    public var saturationTick: Duration = .milliseconds(7)

    /// The defaults.
    public init() {}
}
