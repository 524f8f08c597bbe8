// SPDX-License-Identifier: Apache-2.0

import Digest

/// An operation of S3 before it is addressed, signed and sent.
struct S3Call {
    var method: String
    /// Nil for operations of the bucket.
    var key: ObjectKey?
    var query: [(name: String, value: String)] = []
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    /// The run of bytes to read; an interrupted answer is then continued.
    var range: Range<Int>?
    var answerBytesMax = XMLElement.bytesMax
    /// The version that the answer must be of; nil takes any.
    var version: ETag?
    /// Whether the SHA-256 of the body goes along as a checksum to verify and to keep.
    var hasChecksum = false
    /// Longer than usual for operations that S3 works on before it answers.
    var firstByteMax: Duration?

    init(_ method: String, _ key: ObjectKey?) {
        self.method = method
        self.key = key
    }

    /// The SHA-256 of no bytes.
    static let emptyHash = Hex.encode(SHA256().finalize())

    /// The request as sent at a time.
    func signed(
        _ configuration: S3Configuration,
        _ bucket: BucketName,
        _ credentials: Credentials,
        payloadHash: String,
        secondsSince1970: Int
    ) -> HTTPRequest {
        let address = S3Address(configuration, bucket: bucket, key: key)
        let scope = SigV4.Scope(
            secondsSince1970: secondsSince1970,
            region: configuration.region,
            service: "s3"
        )
        var signing = SigV4.Request(
            method: method,
            encodedPath: address.encodedPath,
            query: query,
            headers: headers,
            payloadHash: payloadHash
        )
        if let range {
            signing.headers.append(("range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)"))
        }
        signing.headers.append(("x-amz-date", scope.amzDate))
        signing.headers.append(("x-amz-content-sha256", payloadHash))
        if let token = credentials.sessionToken {
            signing.headers.append(("x-amz-security-token", token))
        }
        let sent = signing.headers
        signing.headers.append(("host", address.host))
        let authorization = SigV4.authorization(signing, credentials, scope)
        let queryText = SigV4.canonicalQuery(query)
        let url =
            "\(address.endpoint.scheme)://\(address.host)\(address.encodedPath)"
            + (queryText.isEmpty ? "" : "?\(queryText)")
        return HTTPRequest(
            method: method,
            url: url,
            headers: sent + [("authorization", authorization)],
            body: body,
            answerBytesMax: answerBytesMax,
            firstByteMax: firstByteMax ?? configuration.limits.firstByteMax,
            route: configuration.network.route(
                scheme: address.endpoint.scheme,
                authority: address.host
            )
        )
    }
}
