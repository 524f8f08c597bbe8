// SPDX-License-Identifier: Apache-2.0

package import Observability

/// The id of a call: its caller's, or one of ours where there is none. The same for the record, for
/// logs and for what chooses between models, by whichever transport a call comes. A value without
/// references, since it is made for every call.
package struct CallID: Sendable {
    /// The longest id, in bytes.
    package static let byteCountMax = RequestID.bytesMax

    private var storage = InlineArray<64, UInt8>(repeating: 0)
    /// Bytes of the id.
    package private(set) var byteCount = 0

    /// - Parameters:
    ///   - given: the caller's id; one that is no valid one does not count.
    ///   - number: the server's number of the call; 0 makes one.
    package init(given: String?, number: UInt64) {
        if let given, !given.isEmpty, let text = RequestID.accepted(given) {
            for byte in text.utf8 { append(byte) }
        } else {
            append(hexadecimal: number == 0 ? RequestID.number() : number)
        }
    }

    /// An id of a digest, in hexadecimal digits.
    init(digest: [UInt8]) {
        for byte in digest.prefix(Self.byteCountMax / 2) {
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 15))
        }
    }

    /// Its bytes: printable ASCII.
    package var bytes: [UInt8] { (0..<byteCount).map { storage[$0] } }

    /// The id as logs have it.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Reads its bytes in place.
    package func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let storage = storage
        return try body(storage.span.extracting(first: byteCount))
    }

    /// 16 digits, as `RequestID.text` has them.
    private mutating func append(hexadecimal number: UInt64) {
        for shift in stride(from: 60, through: 0, by: -4) {
            append(Self.digit(UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15))
        }
    }

    private mutating func append(_ byte: UInt8) {
        guard byteCount < storage.count else { return }
        storage[byteCount] = byte
        byteCount += 1
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
