// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `loan-default audit` and `replay` on a record that a release has written, as an auditor runs
/// them. `Tests/Fixtures/record` stays readable, and is made again bit for bit, for ever.
@Suite struct AuditCommandTests {
    private static let fixtures = PythonOracle.repository
        .appendingPathComponent("Tests/Fixtures/record")

    private static let golden = fixtures.appendingPathComponent("golden").path

    /// A copy of the record, to damage.
    struct Copy: Sendable {
        let folder: TemporaryFolder
        var place: String { folder.path("golden") }

        init() throws {
            folder = try TemporaryFolder()
            try FileManager.default.copyItem(
                atPath: AuditCommandTests.fixtures.appendingPathComponent("golden").path,
                toPath: folder.path("golden")
            )
        }

        /// The path of a segment.
        func segment(_ number: Int) -> String {
            let digits = String(number)
            return place + "/server-1/" + String(repeating: "0", count: 20 - digits.count) + digits
                + ".segment"
        }

        func read(_ number: Int) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: segment(number))))
        }

        func write(_ number: Int, _ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(fileURLWithPath: segment(number)))
        }
    }

    /// Where a text is in a segment.
    private static func place(of text: String, in bytes: [UInt8]) throws -> Int {
        try #require(bytes.indices.first { bytes[$0...].starts(with: Array(text.utf8)) })
    }

    @Test func aWholeRecordIsSound() throws {
        let outcome = try Program.run(["audit", "verify", Self.golden])
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("stream server-1: sound"))
        #expect(outcome.output.contains("segments   3, from 1 to 3"))
        #expect(outcome.output.contains("decisions  20 in 7 frames"), "\(outcome.output)")
    }

    /// Something that happens to a record.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What a finding says.
        let finding: String
        let apply: @Sendable (Copy) throws -> Void
    }

    static let damages = [
        Damage(testDescription: "a changed byte", finding: "segment 2") { copy in
            var bytes = try copy.read(2)
            bytes[try place(of: "application-4", in: bytes)] ^= 1
            try copy.write(2, bytes)
        },
        Damage(testDescription: "a segment without its end", finding: "segment 2") { copy in
            try copy.write(2, Array(try copy.read(2).dropLast(40)))
        },
        Damage(testDescription: "a segment that is gone", finding: "segment 2") { copy in
            try FileManager.default.removeItem(atPath: copy.segment(2))
        },
        Damage(testDescription: "segments that change places", finding: "segment 2") { copy in
            let (second, third) = (try copy.read(2), try copy.read(3))
            try copy.write(2, third)
            try copy.write(3, second)
        },
    ]

    @Test(arguments: damages) func damageIsFound(damage: Damage) throws {
        let copy = try Copy()
        // The folder is there as long as the copy.
        defer { withExtendedLifetime(copy) {} }
        try damage.apply(copy)
        let outcome = try Program.run(["audit", "verify", copy.place, "--json", "-"])
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("is not as it was written"), "\(outcome.errors)")
        let report = try Program.run(["audit", "verify", copy.place])
        #expect(report.status == 1)
        let findings = report.output.split(separator: "\n").filter { $0.contains("  finding ") }
        #expect(findings.contains { $0.contains(damage.finding) }, "\(report.output)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        #expect((value as? [String: Any])?["sound"] as? Bool == false)
    }

    @Test func aDigestThatWasNotedIsHeldAgainstTheRecord() throws {
        let copy = try Copy()
        defer { withExtendedLifetime(copy) {} }
        let report = try Program.run(["audit", "verify", copy.place]).output
        let line = try #require(report.split(separator: "\n").first { $0.contains("head  ") })
        let head = try #require(line.split(separator: " ").last.map(String.init))
        #expect(try Program.run(["audit", "verify", copy.place, "--head", head]).status == 0)
        // The last segment is gone, which nothing in the record itself shows.
        try FileManager.default.removeItem(atPath: copy.segment(3))
        #expect(try Program.run(["audit", "verify", copy.place]).status == 0)
        let outcome = try Program.run(["audit", "verify", copy.place, "--head", head])
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("segment 3"), "\(outcome.output)")
    }

    @Test func exportsAreThoseOfTheRelease() throws {
        let place = Self.golden
        for format in ["jsonl", "csv"] {
            let outcome = try Program.run(["audit", "export", place, "--format", format])
            #expect(outcome.status == 0, "\(outcome.errors)")
            let expected = try String(
                contentsOf: Self.fixtures.appendingPathComponent("golden.\(format)"),
                encoding: .utf8
            )
            #expect(outcome.output == expected)
        }
    }

    @Test(arguments: [
        (["--id", "application-2"], 3), (["--decision", "decline"], 7), (["--band", "thin"], 8),
        (["--transport", "kserve"], 4), (["--transport", "sagemaker"], 1),
        (["--from", "2100-01-01"], 0), (["--to", "2100-01-01"], 20), (["--model", "risk"], 20),
        (["--model", "other"], 0), (["--stream", "server-2"], 0),
    ])
    func filtersChoose(options: [String], count: Int) throws {
        let outcome = try Program.run(["audit", "export", Self.golden] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == count)
    }

    @Test func aDecisionIsFoundByItsID() throws {
        let place = Self.golden
        let outcome = try Program.run(["audit", "find", "application-1", place])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let line = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let decision = try #require(line as? [String: Any])
        #expect(decision["decision"] is String)
        #expect((decision["reasons"] as? [Any])?.count == 4)
        let none = try Program.run(["audit", "find", "application-99", place])
        #expect(none.status == 1)
        #expect(none.errors.contains("has the id application-99"), "\(none.errors)")
    }

    @Test func everyKernelMakesTheRecordAgain() throws {
        let outcome = try Program.run(["replay", Self.golden, "--json", "-"])
        #expect(outcome.status == 0, "\(outcome.errors) \(outcome.output)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        let report = try #require(value as? [String: Any])
        #expect(report["equal"] as? Bool == true)
        #expect(report["decisions"] as? Int == 20)
        #expect(report["reasons"] as? Int == 8)
        #expect((report["kernels"] as? [String: Any])?["portable"] as? Int == 20)
    }

    @Test func aDecisionIsExplainedFromTheRecordAlone() throws {
        let place = Self.golden
        let outcome = try Program.run([
            "replay", place, "--id", "application-1", "--reasons", "4", "--kernel", "fastest",
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let found = try Program.run(["audit", "find", "application-1", place]).output
        let line = try JSONSerialization.jsonObject(with: Data(found.utf8))
        let reasons = try #require((line as? [String: Any])?["reasons"] as? [[String: Any]])
        for (index, reason) in reasons.enumerated() {
            let contribution = try #require(reason["contribution"] as? NSNumber)
            let text = outcome.output.split(separator: "\n").first {
                $0.hasPrefix("  \(index + 1). ")
            }
            #expect(text?.contains("+\(contribution.floatValue)") == true, "\(outcome.output)")
        }
    }

    @Test(arguments: [
        (["audit", "verify", "/no/such/record"], 1), (["audit", "export", "/tmp"], 0),
        (["audit", "verify", "/tmp", "--head", "server-1/3/abc"], 2),
        (["audit", "export", "/tmp", "--from", "yesterday"], 2),
        (["audit", "export", "/tmp", "--from", "2026-01-02", "--to", "2026-01-01"], 2),
        (["audit", "export", "/tmp", "--decision", "maybe"], 2),
        (["audit", "export", "/tmp", "--transport", "pigeon"], 2),
        (["audit", "export", "/tmp", "--id-key-file", "/no/such"], 2),
        (["audit", "find", "a", "/tmp", "--id-key-file", "/no/such"], 2),
        (["replay", "/tmp", "--kernel", "abacus"], 2), (["replay", "/tmp", "--reasons", "4"], 2),
        (["replay", "/tmp", "--sample", "0"], 2), (["replay", "/tmp", "--seed", "1"], 2),
    ])
    func wrongUsageIsSaid(arguments: [String], status: Int) throws {
        let outcome = try Program.run(arguments)
        #expect(outcome.status == Int32(status), "\(outcome.errors)")
        #expect(status == 0 || outcome.errors.split(separator: "\n").count == 1)
    }
}
