// SPDX-License-Identifier: Apache-2.0

/// The Python dictionary in the header of an `.npy` file: exactly the three keys of the format.
struct NPYDictionary {
    private(set) var elementType = ""
    private(set) var isFortranOrder = false
    private(set) var shape: [Int] = []
    private var text: ArraySlice<UInt8>

    /// Reads the literal; nil if it is not one of the format.
    init?(_ bytes: [UInt8]) {
        text = bytes[...]
        var keys: Set<String> = []
        guard take("{") else { return nil }
        while !take("}") {
            guard let key = takeString(), take(":"), keys.insert(key).inserted, takeValue(of: key)
            else { return nil }
            guard take(",") || peek("}") else { return nil }
        }
        guard keys.count == 3, rest.isEmpty else { return nil }
    }

    private var rest: ArraySlice<UInt8> {
        text.drop { [UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t")].contains($0) }
    }

    private mutating func takeValue(of key: String) -> Bool {
        switch key {
        case "descr":
            guard let value = takeString() ?? takeList() else { return false }
            elementType = value
            return true
        case "fortran_order":
            isFortranOrder = take("True")
            return isFortranOrder || take("False")
        case "shape": return takeShape()
        default: return false
        }
    }

    private func peek(_ token: String) -> Bool { rest.starts(with: token.utf8) }

    private mutating func take(_ token: String) -> Bool {
        guard peek(token) else { return false }
        text = rest.dropFirst(token.utf8.count)
        return true
    }

    private mutating func takeString() -> String? {
        guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
        else { return nil }
        let content = rest.dropFirst()
        guard let end = content.firstIndex(of: quote) else { return nil }
        text = content[(end + 1)...]
        return String(decoding: content[..<end], as: UTF8.self)
    }

    /// The description of a record: a list, which only its end is looked for of.
    private mutating func takeList() -> String? {
        guard peek("[") else { return nil }
        var depth = 0
        for (offset, byte) in zip(rest.indices, rest) {
            switch byte {
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            default: break
            }
            guard depth == 0 else { continue }
            let list = rest[...offset]
            text = rest[(offset + 1)...]
            return String(decoding: list, as: UTF8.self)
        }
        return nil
    }

    private mutating func takeShape() -> Bool {
        guard take("(") else { return false }
        while !take(")") {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard let size = Int(String(decoding: digits, as: UTF8.self)) else { return false }
            shape.append(size)
            text = rest.dropFirst(digits.count)
            guard take(",") || peek(")") else { return false }
        }
        return true
    }
}
