// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
package import JSON

extension HTTPCall {
    /// The body as JSON, where the call does not say that it is something else.
    package func json(allowsNaN: Bool = false) throws(ErrorResponse) -> JSONValue {
        guard !body.isEmpty else { throw .emptyBody }
        guard mayBeJSON else { throw .notJSON }
        do {
            return try JSONParser.parse(body, allowsNaN: allowsNaN)
        } catch {
            throw ErrorResponse(error)
        }
    }

    /// Whether the `Content-Type` is one of JSON, or absent. Parameters say nothing: JSON is UTF-8
    /// (RFC 8259, section 8.1).
    var mayBeJSON: Bool {
        guard let field = headers["content-type"], !field.isEmpty, field != "application/json"
        else { return true }
        let type = String(field.prefix { $0 != ";" }).trimmed.lowercased()
        guard type.hasPrefix("application/") else { return false }
        let form = type.dropFirst("application/".count)
        return form == "json" || form.hasSuffix("+json")
    }
}
