// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default audit` and `replay` on a record in a bucket.
@Suite(
    .enabled(
        if: PythonOracle.isAvailable && !S3Server.isForeign,
        Comment(rawValue: PythonOracle.skipReason)
    )
)
struct AuditOnS3Tests {
    @Test func aRecordInABucketIsReadAsOneInAFolder() throws {
        let servers = try S3Server()
        let environment = try servers.environment()
        let golden = PythonOracle.repository
            .appendingPathComponent("Tests/Fixtures/record/golden").path
        try servers.upload(
            golden + "/server-1/00000000000000000001.segment",
            as: "production/server-1/00000000000000000001.segment",
            to: "decisions"
        )
        _ = try S3Shell.run(
            "aws s3 cp --quiet --recursive \(golden) s3://decisions/production",
            environment
        )
        let place = "s3://decisions/production"
        let verified = try Program.run(["audit", "verify", place], environment: environment)
        #expect(verified.status == 0, "\(verified.errors)")
        let local = try Program.run(["audit", "verify", golden])
        #expect(verified.output == local.output)
        let exported = try Program.run(["audit", "export", place], environment: environment)
        #expect(exported.output == (try Program.run(["audit", "export", golden]).output))
        let replayed = try Program.run(
            ["replay", place, "--kernel", "fastest"],
            environment: environment
        )
        #expect(replayed.status == 0, "\(replayed.errors)")
        #expect(replayed.output.hasSuffix("every bit is the same\n"))
        _ = try S3Shell.run(
            "aws s3 rm --quiet \(place)/server-1/00000000000000000002.segment",
            environment
        )
        let damaged = try Program.run(["audit", "verify", place], environment: environment)
        #expect(damaged.status == 1)
        #expect(damaged.output.contains("finding    segment"), "\(damaged.output)")
        let none = try Program.run(
            ["audit", "verify", "s3://decisions/nothing"],
            environment: environment
        )
        #expect(none.status == 1)
        #expect(none.errors.contains("has no segment of a record"), "\(none.errors)")
    }
}
