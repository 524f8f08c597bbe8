// SPDX-License-Identifier: Apache-2.0

/// The request line and the fields of one request, and how they frame the message.
///
/// Reads RFC 9112 strictly: of every form that parsers are known to disagree about (bare line
/// feeds, spaces around names, folded lines, repeated lengths), none is accepted.
struct HTTPRequestHead {
    /// How the end of the body is found.
    enum Framing: Equatable {
        case length(Int)
        case chunked
    }

    var call: HTTPCall
    var framing = Framing.length(0)
    /// Whether another request may follow on the connection.
    var keepsAlive: Bool
    /// Whether chunked answers are understood.
    var isHTTP11: Bool
    /// Whether the body waits for `100 Continue`.
    var expectsContinue = false

    /// - Parameter bytes: the head with the empty line that ends it; all lines end in CR LF.
    init(_ bytes: [UInt8], limits: HTTPLimits) throws(HTTPParseError) {
        let lineEnd = bytes.firstIndex(of: .carriageReturn) ?? bytes.endIndex
        var line = RequestLine(bytes[..<lineEnd])
        let method = try line.method()
        let target = try line.target(limit: limits.targetBytesMax)
        isHTTP11 = try line.isHTTP11()
        keepsAlive = isHTTP11
        var fields = FieldScanner(bytes, start: lineEnd + 2)
        var special = SpecialFields()
        while let field = try fields.next() {
            try special.note(field, in: bytes)
        }
        let verb = HTTPMethod(String(decoding: method, as: UTF8.self))
        let (path, query) = Self.parts(try RequestTarget.origin(of: target, verb))
        call = HTTPCall(
            verb,
            path,
            query: query,
            headers: HTTPFields(bytes, fields.positions)
        )
        try apply(special)
    }

    private static func parts(_ target: ArraySlice<UInt8>) -> (String, String) {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else {
            return (String(decoding: target, as: UTF8.self), "")
        }
        return (
            String(decoding: target[..<mark], as: UTF8.self),
            String(decoding: target[(mark + 1)...], as: UTF8.self)
        )
    }

    private mutating func apply(_ special: SpecialFields) throws(HTTPParseError) {
        guard special.hostCount == 1 || special.hostCount == 0 && !isHTTP11 else {
            throw .malformed(.host)
        }
        if special.isChunked {
            // Both lengths, or a coding that HTTP/1.0 does not know, are how requests are smuggled.
            guard isHTTP11, special.length == nil else { throw .malformed(.transferEncoding) }
            framing = .chunked
        } else {
            framing = .length(special.length ?? 0)
        }
        // An HTTP/1.0 connection ends with its answer: then no client waits for one in vain.
        keepsAlive = isHTTP11 && !special.closes
        expectsContinue = isHTTP11 && special.expectsContinue
    }
}

/// `GET /ping HTTP/1.1`, one part after the other.
private struct RequestLine {
    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line }

    mutating func method() throws(HTTPParseError) -> ArraySlice<UInt8> {
        let method = try part()
        guard method.count <= HTTPMethod.lengthMax, method.allSatisfy(\.isToken) else {
            throw .malformed(.requestLine)
        }
        return method
    }

    mutating func target(limit: Int) throws(HTTPParseError) -> ArraySlice<UInt8> {
        let target = try part()
        guard target.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .malformed(.requestLine)
        }
        guard target.count <= limit else { throw .targetTooLong(limit: limit) }
        return target
    }

    func isHTTP11() throws(HTTPParseError) -> Bool {
        let version = rest
        guard version.count == 8, version.starts(with: "HTTP/".utf8),
            version[version.startIndex + 5].isDigit,
            version[version.startIndex + 6] == UInt8(ascii: "."),
            version[version.startIndex + 7].isDigit
        else { throw .malformed(.requestLine) }
        guard version[version.startIndex + 5] == UInt8(ascii: "1") else {
            throw .versionNotSupported
        }
        switch version[version.startIndex + 7] {
        case UInt8(ascii: "0"): return false
        // A later minor version is read as the latest one that is known (RFC 9110, section 2.5).
        default: return true
        }
    }

    /// What stands before the next space; exactly one space separates.
    private mutating func part() throws(HTTPParseError) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(of: UInt8(ascii: " ")), end > rest.startIndex else {
            throw .malformed(.requestLine)
        }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }
}

/// `Name: value` lines up to the empty one.
struct FieldScanner {
    private let bytes: [UInt8]
    private var index: Int
    private(set) var positions: [HTTPFields.Position] = []

    /// - Parameter bytes: lines that end in CR LF, the last one empty.
    init(_ bytes: [UInt8], start: Int) {
        self.bytes = bytes
        index = start
        positions.reserveCapacity(8)
    }

    mutating func next() throws(HTTPParseError) -> HTTPFields.Position? {
        guard bytes[index] != .carriageReturn else { return nil }
        let nameStart = index
        while bytes[index].isToken { index += 1 }
        guard bytes[index] == UInt8(ascii: ":"), index > nameStart else {
            throw .malformed(.fieldName)
        }
        let name = nameStart..<index
        index += 1
        while bytes[index].isBlank { index += 1 }
        let valueStart = index
        var valueEnd = index
        while bytes[index] != .carriageReturn {
            guard bytes[index].isFieldContent else { throw .malformed(.fieldValue) }
            index += 1
            if !bytes[index - 1].isBlank { valueEnd = index }
        }
        index += 2
        let position = HTTPFields.Position(name: name, value: valueStart..<valueEnd)
        positions.append(position)
        return position
    }
}

/// The fields that say where a message ends and what becomes of the connection.
private struct SpecialFields {
    var hostCount = 0
    var length: Int?
    var isChunked = false
    var closes = false
    var expectsContinue = false

    mutating func note(
        _ field: HTTPFields.Position,
        in bytes: [UInt8]
    ) throws(HTTPParseError) {
        switch field.name.count {
        case 4 where bytes.equal("host", in: field.name):
            hostCount += 1
            guard HostField.isWellFormed(bytes[field.value]) else { throw .malformed(.host) }
        case 6 where bytes.equal("expect", in: field.name):
            guard bytes.equal("100-continue", in: field.value) else { throw .expectationFailed }
            expectsContinue = true
        case 10 where bytes.equal("connection", in: field.name):
            closes = closes || Self.hasClose(bytes, field.value)
        case 14 where bytes.equal("content-length", in: field.name):
            guard length == nil else { throw .malformed(.contentLength) }
            length = try Self.number(bytes[field.value])
        case 17 where bytes.equal("transfer-encoding", in: field.name):
            guard !isChunked else { throw .malformed(.transferEncoding) }
            guard bytes.equal("chunked", in: field.value) else { throw .codingNotImplemented }
            isChunked = true
        default: break
        }
    }

    private static func hasClose(_ bytes: [UInt8], _ value: Range<Int>) -> Bool {
        bytes[value].split(separator: UInt8(ascii: ",")).contains { option in
            let start = option.firstIndex { !$0.isBlank } ?? option.endIndex
            let end = option.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? start
            return bytes.equal("close", in: start..<end)
        }
    }

    /// Digits only: no sign, no list, nothing that does not fit.
    private static func number(_ digits: ArraySlice<UInt8>) throws(HTTPParseError) -> Int {
        guard (1...18).contains(digits.count), digits.allSatisfy(\.isDigit) else {
            throw .malformed(.contentLength)
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
