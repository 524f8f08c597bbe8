// SPDX-License-Identifier: Apache-2.0

/// Reads the one list of an answer that matters, in one pass without a tree: a client that is
/// slower than the server would measure itself.
struct AnswerReader {
    /// The body is not of the documented form.
    struct Unreadable: Error {}

    private let body: [UInt8]
    private var position = 0

    init(_ body: [UInt8]) {
        self.body = body
    }

    /// Moves to the first element of the list that the member `name`, in quotes, holds.
    mutating func begin(_ name: String) throws(Unreadable) {
        try expect("{")
        guard body.last(where: { !Self.isBlank($0) }) == UInt8(ascii: "}") else {
            throw Unreadable()
        }
        try find(Array(name.utf8))
        try expect(":")
        try expect("[")
    }

    private mutating func find(_ name: [UInt8]) throws(Unreadable) {
        while position + name.count <= body.count {
            if body[position..<position + name.count].elementsEqual(name) {
                position += name.count
                return
            }
            position += 1
        }
        throw Unreadable()
    }

    /// Takes a number.
    mutating func number() throws(Unreadable) -> Double {
        _ = next()
        let digits = body[position...].prefix { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
                true
            default: false
            }
        }
        guard let value = Double(String(decoding: digits, as: UTF8.self)) else {
            throw Unreadable()
        }
        position = digits.endIndex
        return value
    }

    /// Whether another element follows; false at the end of the list.
    mutating func continues() throws(Unreadable) -> Bool {
        let byte = next()
        position += 1
        switch byte {
        case UInt8(ascii: ","): return true
        case UInt8(ascii: "]"): return false
        default: throw Unreadable()
        }
    }

    /// Takes `text`, after blanks.
    mutating func expect(_ text: String) throws(Unreadable) {
        _ = next()
        for byte in text.utf8 {
            guard position < body.count, body[position] == byte else { throw Unreadable() }
            position += 1
        }
    }

    /// The next byte that is not a blank, which stays; nil at the end.
    mutating func next() -> UInt8? {
        while position < body.count, Self.isBlank(body[position]) { position += 1 }
        return position < body.count ? body[position] : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
