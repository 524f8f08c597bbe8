// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

extension StorageServerTests {
    /// Refusals by their causes.
    @Suite struct S3CauseTests {
        let servers: StorageServers

        init() throws {
            servers = try StorageServers.shared.get()
            try servers.inject([])
            try servers.become()
        }

        /// A store on a machine whose clock is an hour slow.
        private func slowStore() throws -> S3Store {
            try servers.store(
                clock: StoreClock(
                    now: { .now },
                    secondsSince1970: { Int(Date().timeIntervalSince1970) - 3_600 },
                    randomFraction: { .random(in: 0..<1) }
                )
            )
        }

        @Test("S05: a wrong clock is corrected by the store's and forgotten about")
        func aWrongClockIsCorrectedByTheStores() throws {
            try servers.store().write("clock", [1])
            let store = try slowStore()
            let date = Self.httpDate(Date())
            try refuse("GET", 403, code: "RequestTimeTooSkewed", header: "Date", date)
            #expect(try store.bytes("clock") == [1])
            #expect(try servers.attempts("GET") == 2)
            var hours: [String] = []
            for request in try servers.requests() where request[0] == "GET" {
                hours.append(String(request[4].prefix(11)))
            }
            #expect(hours.count == 2)
            #expect(hours.first != hours.last)
        }

        @Test("S05: a clock that stays wrong is called so", arguments: ["GET", "HEAD"])
        func aClockThatStaysWrongIsCalledSo(method: String) throws {
            let store = try slowStore()
            let date = Self.httpDate(Date().addingTimeInterval(7_200))
            let code = method == "GET" ? "RequestTimeTooSkewed" : nil
            try refuse(method, 403, code: code, header: "Date", date, times: 9)
            do throws(ObjectStoreError) {
                if method == "GET" {
                    _ = try store.get(ObjectKey("clock"), bytesMax: 9, deadline: soon())
                } else {
                    _ = try store.head(ObjectKey("clock"), deadline: soon())
                }
                Issue.record("no error")
            } catch .clockSkew(let seconds) {
                #expect(abs(seconds - 10_800) < 30)
            } catch  where method == "HEAD" {
                // Corrected once, a refusal without a cause is one of access.
                #expect(error == .permissionDenied)
            }
        }

        @Test("S03: HEAD names the region too") func headNamesTheRegionToo() throws {
            try refuse("HEAD", 400, header: "x-amz-bucket-region", "eu-central-1")
            #expect(throws: ObjectStoreError.wrongRegion(actual: "eu-central-1")) {
                try servers.store().head(ObjectKey("any"), deadline: soon())
            }
        }

        @Test(
            "S03: a redirect names where it leads, without the path",
            arguments: [
                ("https://minio.bank.example/b/k?X-Amz-Signature=1", "https://minio.bank.example"),
                ("http://10.0.0.7:9000", "http://10.0.0.7:9000"),
            ]
        )
        func aRedirectNamesWhereItLeads(location: String, origin: String) throws {
            try refuse("GET", 308, header: "Location", location)
            #expect(throws: ObjectStoreError.redirected(to: origin)) {
                try servers.store().bytes("any")
            }
        }

        @Test("a missing bucket is called so by every call")
        func aMissingBucketIsCalledSoByEveryCall() throws {
            let store = try servers.store(bucket: "no-such-bucket")
            let key = try ObjectKey("any")
            let missing = ObjectStoreError.noSuchBucket
            #expect(throws: missing) { try store.bytes("any") }
            #expect(throws: missing) { try store.head(key, deadline: soon()) }
            #expect(throws: missing) { try store.list(prefix: "", countMax: 9, deadline: soon()) }
            #expect(throws: missing) { try store.put(key, [1], deadline: soon()) }
            #expect(throws: missing) { try store.rehearse(.objects(below: ""), deadline: soon()) }
        }

        /// Lets the store refuse a call in its own way, some times.
        private func refuse(
            _ method: String,
            _ status: Int,
            code: String? = nil,
            header name: String,
            _ value: String,
            times: Int = 1
        ) throws {
            var answer: [String: Any] = [:]
            answer["status"] = status
            answer["headers"] = [[name, value]] as [[String]]
            if let code { answer["code"] = code }
            try servers.inject([fault("status", method, times: times, answer)])
        }

        private static func httpDate(_ date: Date) -> String {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(identifier: "GMT")
            formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
            return formatter.string(from: date)
        }
    }
}
