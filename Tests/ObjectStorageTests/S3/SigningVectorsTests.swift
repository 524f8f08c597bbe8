// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

/// The published test suite of Signature Version 4: `Tests/Fixtures/signing`.
@Suite struct SigningVectorsTests {
    struct Vector: Decodable, Sendable, CustomTestStringConvertible {
        let name, request, canonical, authorization: String
        let token: String?
        var testDescription: String { name }

        /// Whether the suite normalizes the path, which S3 does not: `a//b` and `a/../b` are keys.
        var isNormalized: Bool {
            let path = request.split(separator: " ")[1]
            return path.contains("//") || path.contains("/.")
        }
    }

    static let vectors: [Vector] = {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Fixtures/signing/vectors.json")
        let vectors = try? JSONDecoder().decode([Vector].self, from: Data(contentsOf: file))
        return vectors ?? []
    }()

    @Test func theSuiteIsThereAndSixOfItNormalizePaths() {
        #expect(Self.vectors.count == 34)
        #expect(Self.vectors.count(where: \.isNormalized) == 6)
    }

    @Test(
        "S16: the published test suite is met, but for paths that S3 does not normalize",
        arguments: Self.vectors
    )
    func equalsTheTestSuite(vector: Vector) throws {
        let request = try Self.request(vector)
        let scope = SigV4.Scope(
            secondsSince1970: 1_440_938_160,
            region: "us-east-1",
            service: "service"
        )
        let keys = Credentials(
            accessKeyID: "AKIDEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
        )
        let authorization = SigV4.authorization(request, keys, scope)
        #expect((authorization == vector.authorization) != vector.isNormalized)
        let lines = vector.canonical.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(SigV4.canonicalQuery(request.query) == lines[2])
        #expect((request.encodedPath == lines[1]) != vector.isNormalized)
        #expect(request.payloadHash == lines.last.map(String.init))
    }

    /// The request of the suite's text: lines of headers may go on in the next, the body is last.
    private static func request(_ vector: Vector) throws -> SigV4.Request {
        let parts = vector.request.split(separator: "\n\n", maxSplits: 1)
        let lines = parts[0].split(separator: "\n")
        // A path may hold spaces.
        let first = try #require(lines.first).split(separator: " ")
        let target = first.dropFirst().dropLast().joined(separator: " ")
            .split(separator: "?", maxSplits: 1)
        var headers: [(name: String, value: String)] = []
        for line in lines.dropFirst() {
            if line.first == " " {
                headers[headers.count - 1].value += "\n\(line)"
            } else {
                let pair = line.split(separator: ":", maxSplits: 1)
                headers.append((String(pair[0]), pair.count > 1 ? String(pair[1]) : ""))
            }
        }
        if let token = vector.token { headers.append(("X-Amz-Security-Token", token)) }
        let query = (target.count > 1 ? target[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(separator: "=", maxSplits: 1).map { side in
                String(side).removingPercentEncoding ?? ""
            }
            return (name: sides[0], value: sides.count > 1 ? sides[1] : "")
        }
        return SigV4.Request(
            method: String(first[0]),
            encodedPath: SigV4.encodePath(String(target[0])),
            query: query,
            headers: headers,
            payloadHash: sha256(parts.count > 1 ? Array(parts[1].utf8) : [])
        )
    }
}
