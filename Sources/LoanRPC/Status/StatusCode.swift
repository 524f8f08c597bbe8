// SPDX-License-Identifier: Apache-2.0

/// How a call ended: gRPC's codes. Open, because a peer may be newer.
public struct StatusCode: RawRepresentable, Sendable, Hashable {
    /// The code on the wire.
    public let rawValue: UInt32

    /// A code as it came.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Success.
    public static let ok = StatusCode(rawValue: 0)
    /// The caller has canceled.
    public static let cancelled = StatusCode(rawValue: 1)
    /// A cause that the sender does not know.
    public static let unknown = StatusCode(rawValue: 2)
    /// The message does not fit the schema or the protocol.
    public static let invalidArgument = StatusCode(rawValue: 3)
    /// The time is over.
    public static let deadlineExceeded = StatusCode(rawValue: 4)
    /// No such model or object.
    public static let notFound = StatusCode(rawValue: 5)
    /// It is there already.
    public static let alreadyExists = StatusCode(rawValue: 6)
    /// The token does not allow it.
    public static let permissionDenied = StatusCode(rawValue: 7)
    /// A limit or a full queue.
    public static let resourceExhausted = StatusCode(rawValue: 8)
    /// Things that do not belong together, or that are not ready.
    public static let failedPrecondition = StatusCode(rawValue: 9)
    /// Lost a race.
    public static let aborted = StatusCode(rawValue: 10)
    /// Outside the valid range.
    public static let outOfRange = StatusCode(rawValue: 11)
    /// The server does not know the method.
    public static let unimplemented = StatusCode(rawValue: 12)
    /// The server's own mistake, or a lost position in the stream of bytes.
    public static let `internal` = StatusCode(rawValue: 13)
    /// Draining, or a part is out of reach: try again.
    public static let unavailable = StatusCode(rawValue: 14)
    /// A corrupt artifact.
    public static let dataLoss = StatusCode(rawValue: 15)
    /// No token, or a wrong one.
    public static let unauthenticated = StatusCode(rawValue: 16)

    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
        "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
        "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS",
        "UNAUTHENTICATED",
    ]
}

extension StatusCode: CustomStringConvertible {
    /// gRPC's name, or the number of a code that has none.
    public var description: String {
        Int(exactly: rawValue).flatMap { Self.names.indices.contains($0) ? Self.names[$0] : nil }
            ?? "CODE_\(rawValue)"
    }
}
