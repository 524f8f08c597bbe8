// SPDX-License-Identifier: Apache-2.0

import Digest

/// AWS Signature Version 4 for S3, as a pure function.
///
/// The path is signed as it is sent, encoded once and not normalized; that is S3's variant of the
/// scheme. Source: "Authenticating Requests: Using the Authorization Header (AWS Signature
/// Version 4)", Amazon S3 API Reference.
package enum SigV4 {
    /// What is signed of a request.
    package struct Request {
        /// `GET`, `PUT`, ...
        package var method: String
        /// The path as it is sent: percent-encoded, with the first slash.
        package var encodedPath: String
        /// Names and values, not encoded.
        package var query: [(name: String, value: String)]
        /// Every header to sign, `host` and `x-amz-date` among them.
        package var headers: [(name: String, value: String)]
        /// SHA-256 of the body in hexadecimal digits, or `UNSIGNED-PAYLOAD`.
        package var payloadHash: String

        /// Gathers the values.
        package init(
            method: String,
            encodedPath: String,
            query: [(name: String, value: String)],
            headers: [(name: String, value: String)],
            payloadHash: String
        ) {
            self.method = method
            self.encodedPath = encodedPath
            self.query = query
            self.headers = headers
            self.payloadHash = payloadHash
        }
    }

    /// When and where a signature holds.
    package struct Scope {
        let timestamp: String
        let date: String
        let region: String
        let service: String

        /// The scope at a time, in seconds since 1970 UTC.
        package init(secondsSince1970: Int, region: String, service: String) {
            let time = UTCTime(secondsSince1970: secondsSince1970)
            timestamp = time.compact
            date = time.date
            self.region = region
            self.service = service
        }

        /// The value of `x-amz-date`.
        package var amzDate: String { timestamp }
        fileprivate var text: String { "\(date)/\(region)/\(service)/aws4_request" }
    }

    /// The value of the `Authorization` header.
    package static func authorization(
        _ request: Request,
        _ credentials: Credentials,
        _ scope: Scope
    ) -> String {
        let headers = canonicalHeaders(request.headers)
        let signedNames = headers.map(\.name).joined(separator: ";")
        let canonical = canonicalRequest(request, headers, signedNames)
        let digest = Hex.encode(SHA256.hash(Array(canonical.utf8)))
        let text = "AWS4-HMAC-SHA256\n\(scope.timestamp)\n\(scope.text)\n\(digest)"
        let signature = Hex.encode(hmac(text, signingKey(credentials.secretAccessKey, scope)))
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope.text), "
            + "SignedHeaders=\(signedNames), Signature=\(signature)"
    }

    /// The query as it is sent and signed: encoded and sorted, without a question mark.
    package static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        var pairs = query.map { pair in
            (PercentEncoding.encode(pair.name), PercentEncoding.encode(pair.value))
        }
        pairs.sort { $0 < $1 }
        return pairs.map { "\($0)=\($1)" }.joined(separator: "&")
    }

    /// The path as it is sent and signed.
    package static func encodePath(_ path: String) -> String {
        PercentEncoding.encode(path, keepsSlash: true)
    }

    private static func canonicalRequest(
        _ request: Request,
        _ headers: [(name: String, value: String)],
        _ signedNames: String
    ) -> String {
        var text = "\(request.method)\n\(request.encodedPath)\n"
        text += "\(canonicalQuery(request.query))\n"
        for header in headers { text += "\(header.name):\(header.value)\n" }
        text += "\n\(signedNames)\n\(request.payloadHash)"
        return text
    }

    /// Lower-case names in the order of their bytes, one line each; equal names are joined.
    private static func canonicalHeaders(
        _ headers: [(name: String, value: String)]
    ) -> [(name: String, value: String)] {
        var result: [(name: String, value: String)] = []
        for header in headers {
            let name = header.name.lowercased()
            let value = trimmed(header.value)
            if let index = result.firstIndex(where: { $0.name == name }) {
                result[index].value += "," + value
            } else {
                result.append((name, value))
            }
        }
        return result.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Without spaces at the ends, and with single ones inside.
    private static func trimmed(_ value: String) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        if !value.utf8.contains(where: isSpace) { return value }
        return value.utf8.split(whereSeparator: isSpace)
            .map { String(Substring($0)) }
            .joined(separator: " ")
    }

    private static func signingKey(_ secret: String, _ scope: Scope) -> [UInt8] {
        [scope.date, scope.region, scope.service, "aws4_request"]
            .reduce(Array("AWS4\(secret)".utf8)) { key, part in hmac(part, key) }
    }

    private static func hmac(_ text: String, _ key: [UInt8]) -> [UInt8] {
        HMACSHA256.code(Array(text.utf8), key: key)
    }
}
