// SPDX-License-Identifier: Apache-2.0

/// What follows the size in a chunk's line (RFC 9112, section 7.1.1): `;name=value`, as often as
/// the sender likes. None is known here, so that they are only checked.
struct ChunkExtensions {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    /// Whether all of the bytes are extensions.
    var areWellFormed: Bool {
        mutating get {
            while !rest.isEmpty {
                skipBlanks()
                guard take(UInt8(ascii: ";")) else { return false }
                skipBlanks()
                guard takeToken() else { return false }
                guard hasValue() else { continue }
                guard takeToken() || takeQuoted() else { return false }
            }
            return true
        }
    }

    /// Steps over the equals sign of a value, and blanks around it; over nothing without one.
    private mutating func hasValue() -> Bool {
        let start = rest
        skipBlanks()
        guard take(UInt8(ascii: "=")) else {
            rest = start
            return false
        }
        skipBlanks()
        return true
    }

    private mutating func takeToken() -> Bool {
        let count = rest.prefix(while: \.isToken).count
        rest = rest.dropFirst(count)
        return count > 0
    }

    private mutating func takeQuoted() -> Bool {
        let quote = UInt8(ascii: "\"")
        guard take(quote) else { return false }
        while let byte = rest.popFirst() {
            if byte == quote { return true }
            if byte == UInt8(ascii: "\\"), rest.popFirst() == nil { return false }
        }
        return false
    }

    private mutating func skipBlanks() { rest = rest.drop(while: \.isBlank) }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest = rest.dropFirst()
        return true
    }
}
