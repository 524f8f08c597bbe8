// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

@Suite struct SigV4Tests {
    private struct Case: Decodable {
        let method, path, encodedPath, payloadHash, secret, region, authorization: String
        let token: String?
        let query, headers: [[String]]
        let time: Int
    }

    @Test(
        "S16: signatures equal botocore's on 10,000 random requests",
        .enabled(if: StorageServers.python != nil, "needs LOAN_DEFAULT_TEST_PYTHON")
    )
    func equalsBotocoreOnTenThousandRandomRequests() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(StorageServers.python))
        process.arguments = [StorageServers.script("storage_signing.py"), "10000", "20261124"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        var count = 0
        for line in text.split(separator: 0x0A) {
            let expected = try JSONDecoder().decode(Case.self, from: line)
            #expect(SigV4.encodePath(expected.path) == expected.encodedPath)
            let request = SigV4.Request(
                method: expected.method,
                encodedPath: expected.encodedPath,
                query: expected.query.map { (name: $0[0], value: $0[1]) },
                headers: expected.headers.map { (name: $0[0], value: $0[1]) },
                payloadHash: expected.payloadHash
            )
            let keys = Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: expected.secret,
                sessionToken: expected.token
            )
            let scope = SigV4.Scope(
                secondsSince1970: expected.time,
                region: expected.region,
                service: "s3"
            )
            if SigV4.authorization(request, keys, scope) != expected.authorization {
                Issue.record("differs for \(expected.method) \(expected.encodedPath)")
            }
            count += 1
        }
        #expect(count == 10_000)
    }

    private static let emptyHash =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// The examples of "Authenticating Requests: Using the Authorization Header", Amazon S3 API
    /// Reference.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let method: String
        let path: String
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        let payloadHash: String
        let signature: String
    }

    @Test(
        "S16: the published examples of S3 are met",
        arguments: [
            Example(
                testDescription: "GET Object",
                method: "GET",
                path: "/test.txt",
                headers: [("Range", "bytes=0-9")],
                payloadHash: emptyHash,
                signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
            ),
            Example(
                testDescription: "PUT Object",
                method: "PUT",
                path: "/test$file.text",
                headers: [
                    ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                payloadHash: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
                signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
            ),
            Example(
                testDescription: "GET Bucket Lifecycle",
                method: "GET",
                path: "/",
                query: [("lifecycle", "")],
                payloadHash: emptyHash,
                signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
            ),
            Example(
                testDescription: "GET Bucket",
                method: "GET",
                path: "/",
                query: [("max-keys", "2"), ("prefix", "J")],
                payloadHash: emptyHash,
                signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
            ),
        ]
    )
    func equalsThePublishedExamplesOfS3(example: Example) {
        let scope = SigV4.Scope(
            secondsSince1970: 1_369_353_600,
            region: "us-east-1",
            service: "s3"
        )
        let request = SigV4.Request(
            method: example.method,
            encodedPath: SigV4.encodePath(example.path),
            query: example.query,
            headers: example.headers + [
                ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-date", scope.amzDate),
                ("x-amz-content-sha256", example.payloadHash),
            ],
            payloadHash: example.payloadHash
        )
        let keys = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
        )
        let authorization = SigV4.authorization(request, keys, scope)
        #expect(authorization.hasSuffix("Signature=\(example.signature)"))
    }

    @Test("S15: credentials never show their secrets") func credentialsNeverShowTheirSecrets() {
        let keys = Credentials(
            accessKeyID: "AKID",
            secretAccessKey: "canary",
            sessionToken: "canary"
        )
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(!text.contains("canary"))
        }
    }
}
