// SPDX-License-Identifier: Apache-2.0

/// An element of one of S3's answers: name, text and children, nothing else.
///
/// Attributes, comments and processing instructions are skipped; document types and entities other
/// than the five of XML and numeric ones are refused, so that no input expands. Depth and bytes are
/// bounded, and the parser does not recurse.
package struct XMLElement: Sendable, Equatable {
    /// The deepest nesting that is read.
    package static let depthMax = 16
    /// The longest document that is read, in bytes.
    package static let bytesMax = 8 * 1_024 * 1_024

    /// The name, without a namespace of its own.
    package let name: String
    /// The text outside of children.
    package internal(set) var text = ""
    /// The elements inside, in order.
    package internal(set) var children: [XMLElement] = []

    /// The first child with a name.
    package func child(_ name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// The text of the first child with a name.
    package func text(_ name: String) -> String? {
        child(name)?.text
    }

    /// The root of a document; nil if it is not well-formed within the limits.
    package static func parse(_ document: [UInt8]) -> XMLElement? {
        guard document.count <= bytesMax else { return nil }
        var parser = XMLParser(document[...])
        return parser.root()
    }
}

private struct XMLParser {
    private var rest: ArraySlice<UInt8>
    private var open: [XMLElement] = []

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    }

    mutating func root() -> XMLElement? {
        while let next = rest.first {
            if next != UInt8(ascii: "<") {
                guard takeText() else { return nil }
            } else if rest.starts(with: Array("<?".utf8)) {
                guard skip(through: "?>") else { return nil }
            } else if rest.starts(with: Array("<!--".utf8)) {
                guard skip(through: "-->") else { return nil }
            } else if rest.starts(with: Array("</".utf8)) {
                guard let closed = takeEnd() else { return nil }
                if open.isEmpty { return isBlank(rest) ? closed : nil }
                open[open.count - 1].children.append(closed)
            } else {
                guard takeStart() else { return nil }
            }
        }
        return nil
    }

    private mutating func takeText() -> Bool {
        let end = rest.firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        let raw = rest[rest.startIndex..<end]
        rest = rest[end...]
        if open.isEmpty { return isBlank(raw) }
        guard let text = Self.unescape(raw) else { return false }
        open[open.count - 1].text += text
        return true
    }

    private mutating func takeStart() -> Bool {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
        var tag = rest[rest.startIndex..<end].dropFirst()
        rest = rest[(end + 1)...]
        let isEmpty = tag.last == UInt8(ascii: "/")
        if isEmpty { tag = tag.dropLast() }
        let nameEnd = tag.firstIndex(where: { $0 <= 0x20 }) ?? tag.endIndex
        guard let name = Self.name(tag[tag.startIndex..<nameEnd]) else { return false }
        if isEmpty {
            guard !open.isEmpty else { return false }
            open[open.count - 1].children.append(XMLElement(name: name))
            return true
        }
        open.append(XMLElement(name: name))
        return open.count <= XMLElement.depthMax
    }

    private mutating func takeEnd() -> XMLElement? {
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")), let last = open.popLast() else {
            return nil
        }
        var name = rest[rest.startIndex..<end].dropFirst(2)
        rest = rest[(end + 1)...]
        while let byte = name.last, byte <= 0x20 { name = name.dropLast() }
        return Self.name(name) == last.name ? last : nil
    }

    private mutating func skip(through mark: String) -> Bool {
        let bytes = Array(mark.utf8)
        while !rest.isEmpty {
            if rest.starts(with: bytes) {
                rest = rest.dropFirst(bytes.count)
                return true
            }
            rest = rest.dropFirst()
        }
        return false
    }

    /// Names of S3 are letters and digits; anything else, such as `<!DOCTYPE`, is refused.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        let isAllowed: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                return true
            default:
                return false
            }
        }
        guard (1...128).contains(bytes.count), bytes.allSatisfy(isAllowed) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unescape(_ bytes: ArraySlice<UInt8>) -> String? {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var parts = text.split(separator: "&", omittingEmptySubsequences: false)
        var result = String(parts.removeFirst())
        for part in parts {
            guard let end = part.firstIndex(of: ";"),
                let character = entity(part[..<end])
            else { return nil }
            result.unicodeScalars.append(character)
            result += part[part.index(after: end)...]
        }
        return result
    }

    private static func entity(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default:
            guard name.first == "#" else { return nil }
            let digits = name.dropFirst()
            let value =
                digits.first == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
            return value.flatMap(Unicode.Scalar.init)
        }
    }

    private func isBlank(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy { $0 <= 0x20 }
    }
}
