// SPDX-License-Identifier: Apache-2.0

/// Reads UBJSON (draft 12) as XGBoost writes it: typed and counted arrays, big-endian.
struct UBJSONReader: DocumentReader {
    private let bytes: [UInt8]
    private(set) var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func beginObject() throws(ForestError) -> ContainerState {
        try expect("{")
        return try containerHeader()
    }

    mutating func nextKey(
        _ state: inout ContainerState,
        limit: Int
    ) throws(ForestError) -> String? {
        guard try advance(&state, closing: "}") else { return nil }
        return try stringBody(limit: limit)
    }

    mutating func beginArray() throws(ForestError) -> ContainerState {
        try expect("[")
        return try containerHeader()
    }

    mutating func hasElement(_ state: inout ContainerState) throws(ForestError) -> Bool {
        try advance(&state, closing: "]")
    }

    mutating func scalarText(limit: Int) throws(ForestError) -> String {
        let start = offset
        let marker = try nextMarker()
        switch marker {
        case UInt8(ascii: "S"), UInt8(ascii: "H"): return try stringBody(limit: limit)
        case UInt8(ascii: "C"): return String(decoding: [try byte()], as: UTF8.self)
        case UInt8(ascii: "T"): return "1"
        case UInt8(ascii: "F"): return "0"
        case UInt8(ascii: "d"): return "\(try float(marker: marker))"
        case UInt8(ascii: "D"): return "\(Double(bitPattern: try bigEndian()))"
        default:
            guard let value = try integer(marker: marker) else { throw .malformed(offset: start) }
            return "\(value)"
        }
    }

    mutating func floats(limit: Int) throws(ForestError) -> [Float] {
        var state = try beginArray()
        var values: [Float] = []
        try reserve(&values, state, limit)
        while try hasElement(&state) {
            try checkCount(values.count, limit)
            values.append(try float(marker: try marker(state.type)))
        }
        return values
    }

    mutating func integers(limit: Int) throws(ForestError) -> [Int32] {
        var state = try beginArray()
        var values: [Int32] = []
        try reserve(&values, state, limit)
        while try hasElement(&state) {
            try checkCount(values.count, limit)
            let start = offset
            let wide = try integer(marker: try marker(state.type))
            guard let value = wide.flatMap({ Int32(exactly: $0) }) else {
                throw .malformed(offset: start)
            }
            values.append(value)
        }
        return values
    }

    mutating func wideIntegers(limit: Int) throws(ForestError) -> [Int64] {
        var state = try beginArray()
        var values: [Int64] = []
        try reserve(&values, state, limit)
        while try hasElement(&state) {
            try checkCount(values.count, limit)
            let start = offset
            guard let value = try integer(marker: try marker(state.type)) else {
                throw .malformed(offset: start)
            }
            values.append(value)
        }
        return values
    }

    mutating func skip() throws(ForestError) {
        var open: [(isObject: Bool, state: ContainerState)] = []
        repeat {
            var type: UInt8?
            if var top = open.popLast() {
                guard try advance(&top.state, closing: top.isObject ? "}" : "]") else { continue }
                if top.isObject { try skipString() }
                type = top.state.type
                open.append(top)
            }
            let marker = try marker(type)
            switch marker {
            case UInt8(ascii: "{"): open.append((true, try containerHeader()))
            case UInt8(ascii: "["): open.append((false, try containerHeader()))
            default: try skipScalar(marker)
            }
            guard open.count <= ForestLimits.nestingMax else {
                throw .tooLarge(.nesting, count: open.count, limit: ForestLimits.nestingMax)
            }
        } while !open.isEmpty
    }

    mutating func finish() throws(ForestError) {
        while offset < bytes.count, bytes[offset] == UInt8(ascii: "N") { offset += 1 }
        guard offset == bytes.count else { throw .malformed(offset: offset) }
    }
}

// MARK: - Tokens

extension UBJSONReader {
    private mutating func byte() throws(ForestError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        offset += 1
        return bytes[offset - 1]
    }

    private func peek() throws(ForestError) -> UInt8 {
        guard offset < bytes.count else { throw .truncated }
        return bytes[offset]
    }

    /// The next marker; no-ops are stepped over.
    private mutating func nextMarker() throws(ForestError) -> UInt8 {
        var marker = try byte()
        while marker == UInt8(ascii: "N") { marker = try byte() }
        return marker
    }

    /// The marker all elements share, or else the next one.
    private mutating func marker(_ shared: UInt8?) throws(ForestError) -> UInt8 {
        if let shared { return shared }
        return try nextMarker()
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(ForestError) {
        let start = offset
        guard try nextMarker() == UInt8(ascii: character) else { throw .malformed(offset: start) }
    }

    /// The optional `$type` and `#count` after an opening bracket.
    private mutating func containerHeader() throws(ForestError) -> ContainerState {
        var state = ContainerState()
        if try peek() == UInt8(ascii: "$") {
            offset += 1
            let type = try byte()
            // Elements without bytes would let a short document announce endless work.
            guard !"ZTFN".utf8.contains(type) else { throw .malformed(offset: offset - 1) }
            state.type = type
            guard try peek() == UInt8(ascii: "#") else { throw .malformed(offset: offset) }
        }
        if try peek() == UInt8(ascii: "#") {
            offset += 1
            state.remaining = try count()
        }
        return state
    }

    /// A count never exceeds the document's bytes: each element takes at least one.
    private mutating func count() throws(ForestError) -> Int {
        let start = offset
        guard let value = try integer(marker: try nextMarker()), value >= 0,
            value <= Int64(bytes.count)
        else { throw .malformed(offset: start) }
        return Int(value)
    }

    private mutating func advance(
        _ state: inout ContainerState,
        closing: Unicode.Scalar
    ) throws(ForestError) -> Bool {
        if let remaining = state.remaining {
            state.remaining = remaining - 1
            return remaining > 0
        }
        while try peek() == UInt8(ascii: "N") { offset += 1 }
        guard try peek() == UInt8(ascii: closing) else { return true }
        offset += 1
        return false
    }

    private mutating func stringBody(limit: Int) throws(ForestError) -> String {
        let length = try count()
        guard length <= limit else { throw .tooLarge(.text, count: length, limit: limit) }
        guard length <= bytes.count - offset else { throw .truncated }
        guard let text = String(validating: bytes[offset..<offset + length], as: UTF8.self) else {
            throw .malformed(offset: offset)
        }
        offset += length
        return text
    }

    private mutating func skipString() throws(ForestError) {
        let length = try count()
        guard length <= bytes.count - offset else { throw .truncated }
        offset += length
    }

    private mutating func bigEndian<Word: FixedWidthInteger>() throws(ForestError) -> Word {
        var word: Word = 0
        for _ in 0..<(Word.bitWidth / 8) {
            word = word << 8 | Word(truncatingIfNeeded: try byte())
        }
        return word
    }

    private mutating func integer(marker: UInt8) throws(ForestError) -> Int64? {
        switch marker {
        case UInt8(ascii: "i"): Int64(Int8(bitPattern: try byte()))
        case UInt8(ascii: "U"): Int64(try byte())
        case UInt8(ascii: "I"): Int64(try bigEndian() as Int16)
        case UInt8(ascii: "l"): Int64(try bigEndian() as Int32)
        case UInt8(ascii: "L"): try bigEndian() as Int64
        case UInt8(ascii: "T"): 1
        case UInt8(ascii: "F"): 0
        default: nil
        }
    }

    private mutating func float(marker: UInt8) throws(ForestError) -> Float {
        let start = offset
        switch marker {
        case UInt8(ascii: "d"): return Float(bitPattern: try bigEndian())
        case UInt8(ascii: "D"): return Float(Double(bitPattern: try bigEndian()))
        default:
            guard let value = try integer(marker: marker) else { throw .malformed(offset: start) }
            return Float(value)
        }
    }

    private mutating func skipScalar(_ marker: UInt8) throws(ForestError) {
        switch marker {
        case UInt8(ascii: "Z"): return
        case UInt8(ascii: "S"), UInt8(ascii: "H"): try skipString()
        case UInt8(ascii: "C"): _ = try byte()
        case UInt8(ascii: "d"), UInt8(ascii: "D"): _ = try float(marker: marker)
        default:
            let start = offset
            guard try integer(marker: marker) != nil else { throw .malformed(offset: start) }
        }
    }

    private func reserve<Element>(
        _ values: inout [Element],
        _ state: ContainerState,
        _ limit: Int
    ) throws(ForestError) {
        guard let count = state.remaining else { return }
        guard count <= limit else { throw .tooLarge(.nodes, count: count, limit: limit) }
        values.reserveCapacity(count)
    }

    private func checkCount(_ count: Int, _ limit: Int) throws(ForestError) {
        guard count < limit else { throw .tooLarge(.nodes, count: count + 1, limit: limit) }
    }
}
