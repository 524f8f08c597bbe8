// SPDX-License-Identifier: Apache-2.0

/// The four forms of a request target (RFC 9112, section 3.2).
enum RequestTarget {
    /// The path and query that a target asks for: of `/path?query` itself, and of an absolute
    /// `http://host/path?query`, which every server must accept; `*` for the server as a whole.
    /// - Throws: `malformed(.requestLine)` for a target of no form, or with a fragment.
    static func origin(
        of target: ArraySlice<UInt8>,
        _ method: HTTPMethod
    ) throws(HTTPParseError) -> ArraySlice<UInt8> {
        guard !target.contains(UInt8(ascii: "#")) else { throw .malformed(.requestLine) }
        if target.first == UInt8(ascii: "/") { return target }
        let isWholeServer = target.elementsEqual("*".utf8) && method == .options
        // No host is connected to: the form is legal, and no route has it.
        if isWholeServer || method == .other("CONNECT") { return target }
        for scheme in ["http://", "https://"] {
            let start = target.startIndex
            let end = start + min(scheme.utf8.count, target.count)
            guard Array(target).equal(scheme, in: 0..<end - start) else { continue }
            return try path(afterAuthority: target[end...])
        }
        throw .malformed(.requestLine)
    }

    private static func path(
        afterAuthority rest: ArraySlice<UInt8>
    ) throws(HTTPParseError) -> ArraySlice<UInt8> {
        let slash = UInt8(ascii: "/")
        let question = UInt8(ascii: "?")
        let end = rest.firstIndex { $0 == slash || $0 == question } ?? rest.endIndex
        guard end > rest.startIndex, HostField.isWellFormed(rest[..<end]) else {
            throw .malformed(.requestLine)
        }
        // An empty path is the root.
        return rest[end...].first == slash ? rest[end...] : [slash] + rest[end...]
    }
}
