// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) plus the bare words `NaN` and `Infinity` that XGBoost writes.
struct JSONReader: DocumentReader {
    let bytes: [UInt8]
    var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func beginObject() throws(ForestError) -> ContainerState {
        try expect("{")
        return ContainerState()
    }

    mutating func nextKey(
        _ state: inout ContainerState,
        limit: Int
    ) throws(ForestError) -> String? {
        guard try advance(&state, closing: "}") else { return nil }
        guard try peek() == UInt8(ascii: "\"") else { throw .malformed(offset: offset) }
        let key = try string(limit: limit)
        try expect(":")
        return key
    }

    mutating func beginArray() throws(ForestError) -> ContainerState {
        try expect("[")
        return ContainerState()
    }

    mutating func hasElement(_ state: inout ContainerState) throws(ForestError) -> Bool {
        try advance(&state, closing: "]")
    }

    mutating func scalarText(limit: Int) throws(ForestError) -> String {
        if try peek() == UInt8(ascii: "\"") { return try string(limit: limit) }
        let word = try bareWord()
        return String(decoding: bytes[word], as: UTF8.self)
    }

    mutating func floats(limit: Int) throws(ForestError) -> [Float] {
        var values: [Float] = []
        var state = try beginArray()
        while try hasElement(&state) {
            guard values.count < limit else {
                throw .tooLarge(.nodes, count: values.count + 1, limit: limit)
            }
            let start = offset
            guard let value = DocumentNumber.float(bytes, in: try bareWord()) else {
                throw .malformed(offset: start)
            }
            values.append(value)
        }
        return values
    }

    mutating func integers(limit: Int) throws(ForestError) -> [Int32] {
        var values: [Int32] = []
        var state = try beginArray()
        while try hasElement(&state) {
            guard values.count < limit else {
                throw .tooLarge(.nodes, count: values.count + 1, limit: limit)
            }
            let start = offset
            guard let value = DocumentNumber.integer(bytes, in: try bareWord()) else {
                throw .malformed(offset: start)
            }
            values.append(value)
        }
        return values
    }

    mutating func wideIntegers(limit: Int) throws(ForestError) -> [Int64] {
        var values: [Int64] = []
        var state = try beginArray()
        while try hasElement(&state) {
            guard values.count < limit else {
                throw .tooLarge(.nodes, count: values.count + 1, limit: limit)
            }
            let start = offset
            let word = String(decoding: bytes[try bareWord()], as: UTF8.self)
            guard let value = Int64(word) else { throw .malformed(offset: start) }
            values.append(value)
        }
        return values
    }

    mutating func skip() throws(ForestError) {
        // Open containers, innermost last: true for an object.
        var open: [(isObject: Bool, state: ContainerState)] = []
        repeat {
            if var top = open.popLast() {
                guard try advance(&top.state, closing: top.isObject ? "}" : "]") else { continue }
                if top.isObject {
                    guard try peek() == UInt8(ascii: "\"") else { throw .malformed(offset: offset) }
                    try skipString()
                    try expect(":")
                }
                open.append(top)
            }
            switch try peek() {
            case UInt8(ascii: "{"): open.append((true, try beginObject()))
            case UInt8(ascii: "["): open.append((false, try beginArray()))
            case UInt8(ascii: "\""): try skipString()
            default:
                let start = offset
                guard JSONWord.isValid(bytes, in: try bareWord(limit: bytes.count)) else {
                    throw .malformed(offset: start)
                }
            }
            guard open.count <= ForestLimits.nestingMax else {
                throw .tooLarge(.nesting, count: open.count, limit: ForestLimits.nestingMax)
            }
        } while !open.isEmpty
    }

    mutating func finish() throws(ForestError) {
        skipWhiteSpace()
        // Files written from C strings may end with a zero byte.
        while offset < bytes.count, bytes[offset] == 0 { offset += 1 }
        guard offset == bytes.count else { throw .malformed(offset: offset) }
    }
}

// MARK: - Tokens

extension JSONReader {
    private mutating func skipWhiteSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    /// The next byte that is not white space; not consumed.
    private mutating func peek() throws(ForestError) -> UInt8 {
        skipWhiteSpace()
        guard offset < bytes.count else { throw .truncated }
        return bytes[offset]
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ForestError) {
        guard try peek() == UInt8(ascii: character) else { throw .malformed(offset: offset) }
        offset += 1
    }

    /// Steps over the comma or the end of a container; false at the end.
    private mutating func advance(
        _ state: inout ContainerState,
        closing: Unicode.Scalar
    ) throws(ForestError) -> Bool {
        let next = try peek()
        if next == UInt8(ascii: closing) {
            offset += 1
            return false
        }
        if state.isStarted {
            guard next == UInt8(ascii: ",") else { throw .malformed(offset: offset) }
            offset += 1
            guard try peek() != UInt8(ascii: closing) else { throw .malformed(offset: offset) }
        }
        state.isStarted = true
        return true
    }

    /// A number or a literal: the bytes up to the next separator.
    private mutating func bareWord(
        limit: Int = ForestLimits.textBytesMax
    ) throws(ForestError) -> Range<Int> {
        _ = try peek()
        let start = offset
        while offset < bytes.count, JSONReader.isWordByte(bytes[offset]) { offset += 1 }
        guard offset < bytes.count else { throw .truncated }
        guard offset > start else { throw .malformed(offset: offset) }
        guard offset - start <= limit else {
            throw .tooLarge(.text, count: offset - start, limit: limit)
        }
        return start..<offset
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            true
        default: false
        }
    }
}
