// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct S3ConfigurationTests {
    @Test func readsRegionAndEndpointOfTheEnvironment() throws {
        let plain = try #require(S3Configuration(environment: [:]))
        #expect((plain.region, plain.endpoint, plain.usesPathStyle) == ("us-east-1", nil, false))
        let set = try #require(
            S3Configuration(environment: [
                "AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "x",
                "AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://minio:9000/",
            ])
        )
        #expect(set.region == "eu-central-1")
        #expect(set.endpoint == S3Endpoint("http://minio:9000"))
        #expect(set.usesPathStyle)
        let empty = try #require(
            S3Configuration(environment: ["AWS_REGION": "", "AWS_ENDPOINT_URL": ""])
        )
        #expect((empty.region, empty.endpoint) == ("us-east-1", nil))
    }

    @Test(arguments: [
        "", "minio:9000", "ftp://a", "http://", "http://a/b", "http://a?b", "http://a@b",
        "http://a b", "http://a\r\nb", "file:///etc/passwd",
    ])
    func refusesEndpointsThatAreNoOrigin(url: String) {
        #expect(S3Endpoint(url) == nil)
    }

    @Test func dropsTheOwnPortOfAScheme() {
        #expect(S3Endpoint("https://a:443")?.authority == "a")
        #expect(S3Endpoint("http://a:443")?.authority == "a:443")
        #expect(S3Endpoint("HTTP://a:80/")?.authority == "a")
    }

    @Test(arguments: ["us east", "eu/../x", "evil.com#", String(repeating: "a", count: 33)])
    func refusesRegions(region: String) {
        #expect(S3Configuration(environment: ["AWS_REGION": region]) == nil)
    }
}
