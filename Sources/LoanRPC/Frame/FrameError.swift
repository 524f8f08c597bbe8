// SPDX-License-Identifier: Apache-2.0

/// Why a header ends the connection.
package enum FrameError: Error, Equatable, Sendable {
    /// The first byte is not the magic one: the position in the stream of bytes is lost.
    case lostPosition(magic: UInt8)
    /// The reserved byte is not 0: likewise.
    case reservedByteSet(UInt8)
    /// A flag that this version does not define.
    case unknownFlags(UInt8)
    /// A critical type that this version does not define.
    case unknownType(UInt8)
    /// The announced payload exceeds the limit. Both in bytes.
    case tooLong(length: UInt32, limit: Int)

    /// The status that GOAWAY carries.
    package var status: RPCStatus {
        switch self {
        case .lostPosition(let magic):
            RPCStatus(.internal, "a frame starts with \(magic), not 167: position lost")
        case .reservedByteSet(let byte):
            RPCStatus(.internal, "the reserved byte is \(byte), not 0: position lost")
        case .unknownFlags(let flags):
            RPCStatus(
                .invalidArgument,
                "a frame has the flags \(flags), which this version does not know"
            )
        case .unknownType(let type):
            RPCStatus(
                .unimplemented,
                "a frame is of the critical type \(type), which this version does not know"
            )
        case .tooLong(let length, let limit):
            RPCStatus(
                .resourceExhausted,
                "a frame announces a payload of \(length) bytes; the limit is \(limit)"
            )
        }
    }
}

extension FrameError: CustomStringConvertible {
    /// What the status says.
    package var description: String { status.message }
}
