// SPDX-License-Identifier: Apache-2.0

extension AnswerFault {
    /// The first fault of the body of an answer of `/predict`; nil where there is none.
    ///
    /// Only `"Prediction Output"` is read, `[["True",0.98719215]]`, in one pass without a tree: a
    /// client that is slower than the server would measure itself.
    package init?(ofJSON body: [UInt8], rowCount: Int) {
        var reader = PredictionOutputReader(body)
        do {
            guard let fault = try reader.fault(rowCount: rowCount) else { return nil }
            self = fault
        } catch {
            self = .unreadable
        }
    }
}

/// Reads the rows of an answer of `/predict`.
private struct PredictionOutputReader {
    /// The body is not of the documented form.
    struct Unreadable: Error {}

    private let body: [UInt8]
    private var position = 0

    init(_ body: [UInt8]) {
        self.body = body
    }

    mutating func fault(rowCount: Int) throws(Unreadable) -> AnswerFault? {
        try expect("{")
        guard body.last(where: { !Self.isBlank($0) }) == UInt8(ascii: "}") else {
            throw Unreadable()
        }
        try findOutput()
        try expect(":")
        try expect("[")
        var count = 0
        if next() == UInt8(ascii: "]") { return rowCount == 0 ? nil : .rowCount }
        var first: AnswerFault?
        repeat {
            let fault = try row()
            first = first ?? fault
            count += 1
        } while try continues()
        return count == rowCount ? first : .rowCount
    }

    /// `["True",0.98719215]`
    private mutating func row() throws(Unreadable) -> AnswerFault? {
        try expect("[")
        try expect("\"")
        let isDefault = next() == UInt8(ascii: "T")
        try expect(isDefault ? "True\"" : "False\"")
        try expect(",")
        let number = try number()
        try expect("]")
        return AnswerFault(number, isDefault: isDefault)
    }

    /// Moves past the name of the member that holds the rows.
    private mutating func findOutput() throws(Unreadable) {
        let name = Array("\"Prediction Output\"".utf8)
        while position + name.count <= body.count {
            if body[position..<position + name.count].elementsEqual(name) {
                position += name.count
                return
            }
            position += 1
        }
        throw Unreadable()
    }

    private mutating func number() throws(Unreadable) -> Double {
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

    /// Whether another row follows; false at the end of the rows.
    private mutating func continues() throws(Unreadable) -> Bool {
        let byte = next()
        position += 1
        switch byte {
        case UInt8(ascii: ","): return true
        case UInt8(ascii: "]"): return false
        default: throw Unreadable()
        }
    }

    /// Takes `text`, after blanks.
    private mutating func expect(_ text: String) throws(Unreadable) {
        _ = next()
        for byte in text.utf8 {
            guard position < body.count, body[position] == byte else { throw Unreadable() }
            position += 1
        }
    }

    /// The next byte that is not a blank, which stays; nil at the end.
    private mutating func next() -> UInt8? {
        while position < body.count, Self.isBlank(body[position]) { position += 1 }
        return position < body.count ? body[position] : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
