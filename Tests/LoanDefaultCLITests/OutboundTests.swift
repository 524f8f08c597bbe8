// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// Whom `loan-default serve` connects to, as strace sees it.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")))
struct OutboundTests {
    private static func data(_ bucket: String, _ more: String = "") -> String {
        #"{"backend":"s3","bucket":"\#(bucket)","key":"a.csv","size":10\#(more)}"#
    }

    @Test("X05: requests choose no address that is connected to")
    func requestsChooseNoAddress() throws {
        let folder = try TemporaryFolder()
        let trace = folder.url.appendingPathComponent("trace")
        // The tracer is a child of the program, which is ours to stop.
        let strace = ["strace", "-D", "-f", "-qq", "-e", "trace=connect", "-o", trace.path]
        let environment = [
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        ]
        try ServedProgram.with(
            ["--buckets", "loan-default"],
            prefix: strace,
            environment: environment
        ) { server in
            /// Addresses that were connected to so far.
            func addresses() throws -> [Substring] {
                try String(contentsOf: trace, encoding: .utf8).split(separator: "\n")
                    .filter { $0.contains("AF_INET") }
            }
            // The start looks for stale uploads; after that only requests ask for anything.
            #expect(try server.logs("stale uploads are not aborted"))
            let before = try addresses().count
            let buckets = [
                "169.254.169.254", "evil.test/x", "a@b", "[::1]", "a..b", "localhost:80",
                "10.0.0.1",
                "other-bucket", "2130706433", "",
            ]
            var calls = buckets.map { (Self.data($0), [String: String]()) }
            let local = #"{"backend":"local","local_path":"none.csv","target_path":"out","size":10"#
            calls += ["endpoint", "endpoint_url", "region", "aws_endpoint_url", "proxy", "url"].map
            {
                (local + #","\#($0)":"http://10.0.0.1/"}"#, [:])
            }
            calls += [
                (local + "}", ["Host": "169.254.169.254"]),
                (local + "}", ["X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"]),
                (#"{"backend":"local","local_path":"http://10.0.0.1/a","target_path":"o"}"#, [:]),
                (#"{"backend":"local","local_path":"s3://evil/a","target_path":"o"}"#, [:]),
            ]
            for (body, headers) in calls {
                let answer = try server.answer(
                    "POST",
                    "/data",
                    port: server.http,
                    body: body,
                    headers: headers
                )
                #expect((400..<500).contains(answer.status), "\(body): \(answer.text)")
            }
            let after = try addresses()
            #expect(after.count == before, "\(after.suffix(3))")
            // What is allowed is tried, at the configured address: the trace does see.
            let allowed = try server.answer(
                "POST",
                "/data",
                port: server.http,
                body: Self.data("loan-default")
            )
            #expect(allowed.status == 503, "\(allowed.text)")
            let seen = try addresses().dropFirst(before)
            #expect(!seen.isEmpty)
            #expect(
                seen.allSatisfy { $0.contains("sin_port=htons(1)") && $0.contains("127.0.0.1") }
            )
        }
    }
}
