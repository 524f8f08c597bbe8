// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct S3ConfigurationTests {
    @Test func readsRegionAndEndpointOfTheEnvironment() throws {
        let plain = try S3Configuration(environment: [:])
        #expect((plain.region, plain.endpoint, plain.usesPathStyle) == ("us-east-1", nil, false))
        let set = try S3Configuration(environment: [
            "AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "x",
            "AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://minio:9000/",
        ])
        #expect(set.region == "eu-central-1")
        #expect(set.endpoint == S3Endpoint("http://minio:9000"))
        #expect(set.usesPathStyle)
        let empty = try S3Configuration(environment: ["AWS_REGION": "", "AWS_ENDPOINT_URL": ""])
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
        #expect(throws: S3SettingsError.region("AWS_REGION")) {
            try S3Configuration(environment: ["AWS_REGION": region])
        }
    }

    @Test(
        "what cannot be used is named, and its value is not shown",
        arguments: [
            ("AWS_DEFAULT_REGION", "eu canary"), ("AWS_ENDPOINT_URL", "http://canary/a"),
            ("HTTPS_PROXY", "socks5://u:canary@proxy"), ("http_proxy", "http://u:canary@"),
            ("HTTP_PROXY", "http://proxy:canary"),
        ]
    )
    func whatCannotBeUsedIsNamed(variable: String, value: String) {
        let error = #expect(throws: S3SettingsError.self) {
            try S3Configuration(environment: [variable: value])
        }
        #expect(error?.description.hasPrefix(variable) == true)
        #expect(error?.description.contains("canary") == false)
    }

    @Test func aFileOfAuthoritiesThatHoldsNoneIsNamed() {
        for path in ["/no/such/file", "/dev/null", "/etc/passwd"] {
            let error = S3SettingsError.caBundle("SSL_CERT_FILE", path: path)
            #expect(error.description.contains("SSL_CERT_FILE names \(path)"))
            #expect(throws: error) { try S3Configuration(environment: ["SSL_CERT_FILE": path]) }
        }
    }
}
