// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Foundation
import JSON
import LoanModel
import LoanService
import TestSupport
import Testing

/// What is exported are the recorded bits, by the names of the context.
@Suite struct ExportTests {
    private func record() async throws -> TestRecord {
        try TestRecord(try await RecordedModelFiles(TestModel.shared.get()))
    }

    private func bytes(_ place: RecordPlace) throws -> [UInt8] {
        var bytes: [UInt8] = []
        _ = try RecordWalk(place).run { decisions in
            bytes += try DecisionLines(decisions).bytes
            return true
        }
        return bytes
    }

    private func lines(_ place: RecordPlace) throws -> [[String: Any]] {
        try bytes(place).split(separator: UInt8(ascii: "\n")).map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line))
            return try #require(value as? [String: Any])
        }
    }

    @Test func aLineHasInputsAndAnswerExactly() async throws {
        let record = try await record()
        defer { record.keep() }
        let rows = try record.applications(6)
        let answer = try RecordedTestAnswer(record.files.served, rows, reasons: 2)
        try record.append("call", rows, reasons: 2)
        let place = record.close()
        let text = String(decoding: try bytes(place), as: UTF8.self)
        let lines = try lines(place)
        #expect(lines.count == 6)
        for (row, line) in lines.enumerated() {
            #expect(line["id"] as? String == "call")
            #expect(line["row"] as? Int == row)
            #expect(line["rows"] as? Int == 6)
            #expect(line["transport"] as? String == "predict")
            let margin = try #require(line["margin"] as? NSNumber)
            #expect(margin.floatValue.bitPattern == answer.margins[row].bitPattern)
            let prediction = try #require(line["prediction"] as? NSNumber)
            #expect(prediction.floatValue.bitPattern == answer.values[row].bitPattern)
            // Foundation's numbers have another last digit.
            #expect(text.contains("\"calibrated\":\(answer.calibrated[row]),"))
            #expect(line["points"] as? Int == Int(answer.points[row]))
            #expect(line["band"] as? String == ["thin", "fair", "good"][Int(answer.bands[row])])
            let held = ["YOUNG", "VENTURE"].enumerated()
                .filter { answer.rules[row] >> UInt64($0.offset) & 1 == 1 }.map(\.element)
            #expect(line["rules"] as? [String] == held)
            let reasons = try #require(line["reasons"] as? [[String: Any]])
            #expect(reasons.count == Int(answer.reasons?.counts[row] ?? 0))
            let inputs = try #require(line["inputs"] as? [String: Any])
            try check(inputs, row, rows, record.files.served.features)
        }
    }

    private func check(
        _ inputs: [String: Any],
        _ row: Int,
        _ rows: CodedApplications,
        _ features: [ServedModel.Feature]
    ) throws {
        #expect(inputs.count == features.count)
        for (feature, column) in zip(features, rows.columns) {
            switch column {
            case .numbers(let values) where values[row].isNaN:
                #expect(inputs[feature.name] is NSNull)
            case .numbers(let values):
                let value = try #require(inputs[feature.name] as? NSNumber)
                #expect(value.floatValue.bitPattern == values[row].bitPattern)
            case .codes(let codes):
                let code = Int(codes[row])
                let text =
                    feature.categories.indices.contains(code) ? feature.categories[code] : nil
                #expect(inputs[feature.name] as? String == text)
            }
        }
    }

    @Test func anUnknownCategoryKeepsItsText() async throws {
        let record = try await record()
        defer { record.keep() }
        let features = record.files.served.features
        let intent = try #require(features.firstIndex { $0.name == "loan_intent" })
        let rows = try record.applications(2)
        var columns = rows.columns
        columns[intent] = .codes([ServedModel.unknownCode, ServedModel.missingCode])
        let changed = CodedApplications(rowCount: 2, columns: columns)
        try record.append(
            "call",
            changed,
            unknown: [UnknownText(feature: intent, row: 0, text: "BOAT")]
        )
        let lines = try lines(record.close())
        #expect((lines[0]["inputs"] as? [String: Any])?["loan_intent"] as? String == "BOAT")
        #expect(lines[0]["unknown"] as? [String] == ["loan_intent"])
        #expect((lines[1]["inputs"] as? [String: Any])?["loan_intent"] is NSNull)
        #expect(lines[1]["unknown"] == nil)
    }

    @Test func aTableHasOneHeaderAndALineForEachRow() async throws {
        let record = try await record()
        defer { record.keep() }
        try record.append("a,b", record.applications(3), reasons: 1)
        try record.append("two", record.applications(2), decides: false)
        let place = record.close()
        var table = RecordTable()
        var bytes: [UInt8] = []
        _ = try RecordWalk(place).run { decisions in
            bytes += try table.lines(of: decisions)
            return true
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 6)
        #expect(
            lines[0].hasPrefix("id,row,time,transport,stream,segment,sequence,model,generation")
        )
        #expect(lines[0].contains(",input.person_income,"))
        #expect(lines[1].hasPrefix("\"a,b\",0,"))
        #expect(lines[4].hasPrefix("two,0,"))
        #expect(lines[4].hasSuffix(",,,,,,"))
    }

    @Test func aTableOfOtherColumnsIsRefused() async throws {
        let record = try await record()
        defer { record.keep() }
        let rows = try record.applications(1)
        try record.append("one", rows)
        try record.append(prepared: "two", rows)
        let place = record.close()
        var table = RecordTable()
        #expect(throws: RecordTable.Failure.self) {
            _ = try RecordWalk(place).run { decisions in
                _ = try table.lines(of: decisions)
                return true
            }
        }
    }

    @Test func aDamagedSegmentIsReadUpToItsDamage() async throws {
        let record = try await record()
        defer { record.keep() }
        for index in 0..<4 { try record.append("call-\(index)", record.applications(1)) }
        let place = record.close()
        let segment = try #require(try place.segments(of: "server-1").first)
        let path = record.folder.path("record/" + segment.name)
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let third = try #require(
            bytes.indices.first { bytes[$0...].starts(with: Array("call-2".utf8)) }
        )
        bytes[third] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var ids: [String] = []
        let walked = try RecordWalk(place).run { decisions in
            ids.append(decisions.id)
            return true
        }
        #expect(ids == ["call-0", "call-1"])
        #expect(walked.faults.count == 1)
        #expect(walked.faults[0].contains(segment.name))
    }
}
