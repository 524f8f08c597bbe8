// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import JSON
import LoanServer
import ObjectStorage
import TestSupport
import Testing

/// All readers of JSON of the house, over all kinds of text that parsers disagree about.
@Suite struct JSONKindsTests {
    private static func isRead(_ bytes: [UInt8]) -> Bool { (try? JSONParser.parse(bytes)) != nil }

    /// The kind as a value within a text.
    private static func text(_ before: String, _ kind: JSONKind, _ after: String) -> [UInt8] {
        Array(before.utf8) + kind.bytes + Array(after.utf8)
    }

    @Test func theReaderOfBodiesTakesWhatTheStandardSays() {
        for kind in JSONKind.all where kind.verdict != .open {
            let isRead = Self.isRead(kind.bytes)
            #expect(
                isRead == (kind.verdict == .valid),
                "\(String(decoding: kind.bytes, as: UTF8.self))"
            )
        }
        // Where parsers may do as they like, nothing is taken that has no one meaning.
        for kind in JSONKind.all where kind.verdict == .open {
            let text = String(decoding: kind.bytes.prefix(40), as: UTF8.self)
            #expect(Self.isRead(kind.bytes) == text.contains(/^\[-?[0-9.]+e/), "\(text)")
        }
    }

    @Test func theFastReaderTakesNothingThatTheOtherRefuses() {
        for kind in JSONKind.all {
            for body in [
                Self.text(#"{"sample":[{}],"x":"#, kind, "}"),
                Self.text(#"{"sample":[{"x":"#, kind, "}]}"),
                Self.text(#"{"sample":[{}]}"#, kind, ""),
            ] where !Self.isRead(body) {
                guard let document = RecordDocument(body, listName: "sample") else { continue }
                let text = String(decoding: kind.bytes.prefix(40), as: UTF8.self)
                Issue.record("\(text) is taken, with \(document.rowCount) rows")
            }
        }
    }

    @Test func theReaderOfModelsTakesWhatTheStandardSays() throws {
        let model = ModelText([.leaf(0.5)], featureCount: 1).json
        let parts = model.split(separator: #""scale_pos_weight":"1""#).map(String.init)
        try #require(parts.count == 2)
        for kind in JSONKind.all where kind.verdict != .open {
            // Texts that are stepped over may hold any bytes.
            let bytes = Self.text(
                parts[0] + #""scale_pos_weight":"#,
                kind,
                parts[1]
            )
            let isRead = (try? Forest(xgboost: bytes)) != nil
            #expect(
                isRead == (kind.verdict == .valid),
                "\(String(decoding: kind.bytes, as: UTF8.self))"
            )
        }
        for kind in JSONKind.all where kind.verdict == .open {
            // Read or refused: it ends.
            _ = try? Forest(
                xgboost: Self.text(parts[0] + #""scale_pos_weight":"#, kind, parts[1])
            )
        }
    }

    @Test(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
    func pythonAgrees() throws {
        let kinds = JSONKind.all.filter { $0.verdict != .open }
        let lines = kinds.map {
            $0.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
        let output = try PythonOracle.run(
            "json_kinds.py",
            input: Data(lines.joined(separator: "\n").utf8)
        )
        let answers = String(decoding: output, as: UTF8.self).split(separator: "\n")
        try #require(answers.count == kinds.count)
        for (kind, answer) in zip(kinds, answers) {
            #expect(
                (answer == "read") == (kind.verdict == .valid),
                "\(String(decoding: kind.bytes, as: UTF8.self))"
            )
        }
    }
}
