// SPDX-License-Identifier: Apache-2.0

/// One message as it came.
package struct GRPCMessage: Equatable, Sendable {
    /// Without what goes before it.
    package var bytes: [UInt8]
    /// Whether it is compressed, by the coding that the call names.
    package var isCompressed: Bool

    /// A message by its parts.
    package init(bytes: [UInt8], isCompressed: Bool) {
        self.bytes = bytes
        self.isCompressed = isCompressed
    }
}

/// Why the body of a call cannot be read.
package enum GRPCMessageError: Error, Equatable, Sendable {
    /// The message has more bytes than the method takes.
    case tooLong(byteCount: Int, limit: Int)
    /// The first byte of a message is neither 0 nor 1.
    case flag(UInt8)
    /// A compressed message in a call that names no coding.
    case noCoding
}

extension GRPCMessageError {
    /// How the call ends.
    package var status: GRPCStatus {
        switch self {
        case .tooLong(let byteCount, let limit):
            GRPCStatus(
                .resourceExhausted,
                "the message has \(byteCount) bytes; this method takes at most \(limit)"
            )
        case .flag(let flag):
            GRPCStatus(
                .internal,
                "a message begins with the byte \(flag); it must be 0, or 1 where it is compressed"
            )
        case .noCoding:
            GRPCStatus(
                .internal,
                "a message is compressed, but the call has no grpc-encoding that says how"
            )
        }
    }
}

/// Cuts the body of a call into messages: a flag, four bytes of length, and the message.
///
/// One message is there at a time; what comes after it stays as bytes, so that many short messages
/// take no more memory than their bytes.
package struct GRPCMessageReader: Sendable {
    /// Bytes that a message may have.
    let bytesMax: Int
    /// Whether the call names a coding for messages.
    let hasCoding: Bool
    /// Why nothing comes after the messages so far.
    package private(set) var failure: GRPCMessageError?

    private var ready: GRPCMessage?
    /// The bytes of a prefix that have come, as one number, and how many they are.
    private var prefix: UInt64 = 0
    private var prefixCount = 0
    private var message: [UInt8] = []
    /// Bytes of the message that are missing.
    private var missing = 0
    /// What came after the message that is there, from `backlogStart` on.
    private var backlog: [UInt8] = []
    private var backlogStart = 0

    private static let prefixBytes = 5
    /// Room for a message before its bytes are there.
    private static let roomMax = 64 << 10

    /// - Parameters:
    ///   - bytesMax: bytes that a message may have.
    ///   - hasCoding: whether the call names a coding for messages.
    package init(bytesMax: Int, hasCoding: Bool) {
        self.bytesMax = bytesMax
        self.hasCoding = hasCoding
    }

    /// Whether a message is there whole.
    var hasMessage: Bool { ready != nil }

    /// Whether a message has begun that is not there whole.
    package var isInsideMessage: Bool { prefixCount > 0 }

    /// Bytes of the message that has begun, with what is missing of it.
    package var announcedCount: Int { message.count + missing }

    /// Bytes that are kept.
    package var heldCount: Int {
        (ready?.bytes.count ?? 0) + message.count + backlog.count - backlogStart
    }

    /// Takes bytes of the body.
    package mutating func append(_ bytes: Span<UInt8>) {
        var position = 0
        if !hasMessage { read(bytes, &position) }
        guard position < bytes.count, failure == nil else { return }
        unsafe bytes.extracting(position..<bytes.count).withUnsafeBufferPointer {
            unsafe backlog.append(contentsOf: $0)
        }
    }

    /// The next message, if it is there whole.
    package mutating func next() -> GRPCMessage? {
        guard let message = ready else { return nil }
        ready = nil
        if !backlog.isEmpty { readBacklog() }
        return message
    }

    /// Releases all that is kept: nothing more is read.
    mutating func stop() {
        if ready != nil { ready = nil }
        if !message.isEmpty { message = [] }
        if backlog.capacity > 0 { (backlog, backlogStart) = ([], 0) }
        (prefix, prefixCount, missing) = (0, 0, 0)
    }

    private mutating func readBacklog() {
        var bytes: [UInt8] = []
        swap(&bytes, &backlog)
        var position = backlogStart
        read(bytes.span, &position)
        if position == bytes.count || failure != nil {
            bytes.removeAll(keepingCapacity: bytes.count <= Self.roomMax)
            position = 0
        }
        backlogStart = position
        swap(&bytes, &backlog)
    }

    /// Reads from `position` on, to the end of a message at most.
    private mutating func read(_ bytes: Span<UInt8>, _ position: inout Int) {
        do throws(GRPCMessageError) {
            while position < bytes.count, !hasMessage {
                guard prefixCount == Self.prefixBytes else {
                    prefix = prefix << 8 | UInt64(bytes[position])
                    prefixCount += 1
                    position += 1
                    if prefixCount == Self.prefixBytes { try begin() }
                    continue
                }
                let count = min(missing, bytes.count - position)
                append(toMessage: bytes.extracting(position..<position + count))
                position += count
                if missing == 0 { end() }
            }
        } catch {
            failure = error
        }
    }

    private mutating func append(toMessage part: Span<UInt8>) {
        defer { missing -= part.count }
        if message.isEmpty {
            guard part.count < missing else {
                message = unsafe part.withUnsafeBufferPointer { unsafe Array($0) }
                return
            }
            message.reserveCapacity(min(missing, Self.roomMax))
        }
        // Of a long message its first bytes earn it the room of all.
        if missing > Self.roomMax, message.count + part.count > Self.roomMax {
            message.reserveCapacity(message.count + missing)
        }
        unsafe part.withUnsafeBufferPointer { unsafe message.append(contentsOf: $0) }
    }

    private var isCompressed: Bool { prefix >> 32 == 1 }

    private mutating func begin() throws(GRPCMessageError) {
        let flag = UInt8(truncatingIfNeeded: prefix >> 32)
        guard flag <= 1 else { throw .flag(flag) }
        guard flag == 0 || hasCoding else { throw .noCoding }
        missing = Int(UInt32(truncatingIfNeeded: prefix))
        guard missing <= bytesMax else { throw .tooLong(byteCount: missing, limit: bytesMax) }
        if missing == 0 { end() }
    }

    private mutating func end() {
        ready = GRPCMessage(bytes: message, isCompressed: isCompressed)
        message = []
        (prefix, prefixCount) = (0, 0)
    }

    /// A message that is not compressed, with what goes before it.
    package static func framed(_ message: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefixBytes + message.count)
        append(prefixOf: message.count, to: &bytes)
        bytes.append(contentsOf: message)
        return bytes
    }

    /// What goes before a message of `byteCount` bytes that is not compressed.
    package static func prefix(_ byteCount: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        append(prefixOf: byteCount, to: &bytes)
        return bytes
    }

    private static func append(prefixOf byteCount: Int, to bytes: inout [UInt8]) {
        let count = UInt32(clamping: byteCount)
        bytes.append(0)
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: count >> shift)) }
    }
}
