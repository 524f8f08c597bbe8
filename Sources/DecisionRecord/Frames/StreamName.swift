// SPDX-License-Identifier: Apache-2.0

/// The rules for names of streams: they are names of folders and parts of keys.
enum StreamName {
    static func isValid(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard (1...RecordLimits.streamBytesMax).contains(bytes.count), name != RecordNames.models
        else { return false }
        return bytes.allSatisfy(isAllowed) && isLetterOrDigit(bytes[0])
    }

    /// A name of the host's, whose characters that are not allowed become `-`, and a random part.
    static func make(host: String, random: UInt64) -> String {
        let letters = host.utf8.prefix(64).map { isAllowed($0) ? $0 : UInt8(ascii: "-") }
        let text = String(decoding: letters.drop { !isLetterOrDigit($0) }, as: UTF8.self)
        let part = String(random & 0xFFFF_FFFF, radix: 36)
        return (text.isEmpty ? "server" : text) + "-" + part
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "._-".utf8.contains(byte)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
