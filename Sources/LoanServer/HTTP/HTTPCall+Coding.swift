// SPDX-License-Identifier: Apache-2.0

internal import ContentCoding

extension HTTPCall {
    /// How the body is compressed, as the call says it; nil where it is not.
    var contentCoding: String? {
        let value = headers.values(of: "content-encoding").joined(separator: ", ")
        return value.isEmpty || value.lowercased() == "identity" ? nil : value
    }

    /// The call with its body as it was before it was compressed.
    /// - Parameter limit: bytes that the body may have then.
    /// - Throws: `contentEncoding` or `decompression`.
    func decoded(limit: Int) throws(InferRequestError) -> HTTPCall {
        guard let value = contentCoding else { return self }
        guard let coding = ContentCoding(headerValue: value) else { throw .contentEncoding(value) }
        var call = self
        do throws(ContentCodingError) {
            call.body = try coding.decode(body, limit: limit)
        } catch {
            throw .decompression(error)
        }
        return call
    }
}
