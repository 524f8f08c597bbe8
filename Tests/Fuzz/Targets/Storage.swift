// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage

extension FuzzTarget {
    /// What S3 and the credential endpoints answer: XML, or JSON where the first byte is odd.
    static let storageAnswers = FuzzTarget(
        name: "storage-answers",
        seeds: {
            [
                [0] + Array(StorageSeed.listing.utf8), [0] + Array(StorageSeed.error.utf8),
                [1] + Array(StorageSeed.credentials.utf8),
            ]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            if input.byte() % 2 == 0 {
                let root = XMLElement.parse(Array(input.rest))
                return root.map { $0.name.isEmpty } == true ? "an element without a name" : nil
            }
            _ = Credentials(endpointAnswer: Array(input.rest))
            return nil
        }
    )

    /// Signatures: the order of query and headers must not matter, and nothing that is signed may
    /// break out of its line.
    static let signing = FuzzTarget(
        name: "signing",
        seeds: { [Array("GET\n/a key/ü+%\nprefix=a b\nlist-type=2\n\nx-amz-meta-a: 1  2\n".utf8)] },
        run: { bytes in
            var input = FuzzInput(bytes)
            let method = input.line()
            let path = SigV4.encodePath(input.line())
            var query: [(name: String, value: String)] = []
            while query.count < 8, case let line = input.line(), !line.isEmpty {
                query.append(pair(line, "="))
            }
            var headers: [(name: String, value: String)] = [("host", "bucket.example")]
            while headers.count < 8, case let line = input.line(), !line.isEmpty {
                headers.append(pair(line, ":"))
            }
            let sign = { (query: [(name: String, value: String)]) in
                SigV4.authorization(
                    .init(
                        method: method,
                        encodedPath: path,
                        query: query,
                        headers: headers,
                        payloadHash: "UNSIGNED-PAYLOAD"
                    ),
                    Credentials(accessKeyID: "AK", secretAccessKey: "secret"),
                    .init(secondsSince1970: 1_700_000_000, region: "us-east-1", service: "s3")
                )
            }
            guard sign(query) == sign(query.reversed()) else {
                return "the signature depends on the order of the query"
            }
            let sent = path + "?" + SigV4.canonicalQuery(query)
            return sent.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                ? nil : "an unencoded byte in \(sent)"
        }
    )

    private static func pair(_ line: String, _ separator: Character) -> (String, String) {
        let parts = line.split(separator: separator, maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }
}

private enum StorageSeed {
    static let listing = """
        <?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/\
        doc/2006-03-01/"><Name>b</Name><IsTruncated>false</IsTruncated><Contents><Key>a&amp;b</Key>\
        <Size>12</Size><ETag>&quot;e&quot;</ETag></Contents></ListBucketResult>
        """
    static let error = "<Error><Code>NoSuchKey</Code><Message>&#x41;&#66;</Message></Error>"
    static let credentials = """
        {"AccessKeyId":"AK\\u00e9","SecretAccessKey":"s\\n","Token":"t","Expiration":\
        "2030-01-01T00:00:00Z","Code":"Success","n":1,"b":true}
        """
}
