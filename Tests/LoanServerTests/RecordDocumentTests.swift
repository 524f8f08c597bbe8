// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import LoanService
import TestSupport
import Testing

/// The fast way into columns against the slow, obvious one.
@Suite struct RecordDocumentTests {
    private static let features: [ServedModel.Feature] = [
        .init(name: "person_age", kind: .number),
        .init(name: "person_income", kind: .number),
        .init(name: "person_home_ownership", kind: .category, categories: ["OWN", "RENT"]),
        .init(name: "loan_int_rate", kind: .number),
        .init(name: "loan_grade", kind: .category, categories: ["A", "B", "C", "Ä", "Ö "]),
    ]
    private static let otherKinds: [ServedModel.Feature] =
        features + [
            .init(name: "has_phone", kind: .boolean),
            .init(name: "town", kind: .category, carrier: .number, categories: ["A", "RENT", "9"]),
        ]

    private func fast(
        _ body: [UInt8],
        _ features: [ServedModel.Feature] = features
    ) -> RecordColumns? {
        guard let document = RecordDocument(body, listName: "sample"),
            let layout = RecordLayout(features)
        else { return nil }
        return document.columns(layout)
    }

    private func members(_ body: [UInt8]) -> [String]? {
        guard let document = RecordDocument(body, listName: "sample") else { return nil }
        return document.members.map { "\($0.name): \($0.value)" }
    }

    private func slow(
        _ body: [UInt8],
        _ features: [ServedModel.Feature] = features
    ) throws -> CodedApplications {
        let sample = try JSONParser.parse(body, allowsNaN: true).object?["sample"] ?? .null
        return try SampleDecoder(features: features).decode(sample)
    }

    /// Whether both ways read the same bits; all NaN are one, but for that of unknown categories.
    private func areEqual(_ fast: RecordColumns, _ slow: CodedApplications) -> Bool {
        var (numbers, codes): ([Float], [UInt8]) = ([], [])
        for column in slow.columns {
            switch column {
            case .numbers(let values): numbers += values
            case .codes(let values): codes += values
            }
        }
        return fast.rowCount == slow.rowCount && fast.codes == codes
            && fast.numbers.elementsEqual(numbers) {
                $0.bitPattern == $1.bitPattern
                    || $0.isNaN && $1.isNaN
                        && CategoryVocabulary.isUnknown($0) == CategoryVocabulary.isUnknown($1)
            }
    }

    private func sample(_ members: String) -> [UInt8] {
        let record = """
            "person_age": 1, "person_income": 1, "person_home_ownership": "OWN",
            "loan_int_rate": 1, "loan_grade": "A", "has_phone": 1, "town": "A"
            """
        return Array("{\"sample\": [{\(record)}, {\(members)}]}".utf8)
    }

    @Test(arguments: [
        "\"has_phone\": true", "\"has_phone\": false", "\"has_phone\": null", "\"has_phone\": 0",
        "\"has_phone\": 1.0", "\"has_phone\": -0.0", "\"town\": \" RENT \"", "\"town\": \"9\"",
        "\"town\": \"elsewhere\"", "\"town\": null", "\"town\": \"\"", "\"loan_grade\": \"Z\"",
        "\"town\": \"x\", \"town\": null",
    ])
    func booleansAndIndicesAreTakenAndMeanTheSame(members: String) throws {
        let body = sample(members)
        let taken = try #require(fast(body, Self.otherKinds), "\(members)")
        #expect(try areEqual(taken, slow(body, Self.otherKinds)), "\(members)")
    }

    @Test(arguments: [
        "\"has_phone\": 2", "\"has_phone\": 1.0000000001", "\"has_phone\": \"yes\"",
        "\"has_phone\": []", "\"town\": 9", "\"town\": true", "\"town\": \"NA\"",
    ])
    func otherCellsOfTheseAreLeftToTheSlowWay(members: String) {
        #expect(fast(sample(members), Self.otherKinds) == nil)
    }

    @Test func categoriesOfManyNamesAndDatesAreLeftToTheSlowWay() {
        func layout(_ count: Int) -> RecordLayout? {
            let names = (0..<count).map { "town \($0)" }
            return RecordLayout([
                .init(name: "town", kind: .category, carrier: .number, categories: names)
            ])
        }
        #expect(layout(256) != nil)
        #expect(layout(257) == nil)
        #expect(RecordLayout([.init(name: "opened", kind: .date)]) == nil)
    }

    @Test func plainBodiesAreTakenAndMeanTheSame() throws {
        var random = SeededGenerator(seed: 71)
        for _ in 0..<2_000 {
            let body = Array(RandomBody(&random).text.utf8)
            let text = String(decoding: body, as: UTF8.self)
            let taken = try #require(fast(body), "\(text)")
            let same = try slow(body)
            #expect(areEqual(taken, same), "\(text)")
        }
    }

    private func memberBytes(_ members: String, sample: String = "[{}]") -> [UInt8]? {
        let body = Array("{\"sample\": \(sample)\(members)}".utf8)
        guard let document = RecordDocument(body, listName: "sample") else { return nil }
        return document.memberBytes
    }

    @Test func memberBytesDoNotDependOnTheRecords() {
        let members = #", "model_name": "m", "size": 1.5, "isNew": true, "note": null"#
        let bytes = memberBytes(members)
        #expect(bytes != nil)
        #expect(memberBytes(members, sample: #"[{"person_age": 22}, {}]"#) == bytes)
    }

    @Test(arguments: [
        (#", "a": "x""#, #", "a": "y""#), (#", "a": "x""#, #", "b": "x""#),
        (#", "a": "bc""#, #", "ab": "c""#), (#", "a": "", "b": "x""#, #", "a": "x", "b": """#),
        (#", "a": 1, "b": 2"#, #", "b": 2, "a": 1"#), (#", "a": 1"#, #", "a": 1.0"#),
        (#", "a": 0.0"#, #", "a": -0.0"#), (#", "a": null"#, #", "a": false"#),
        (#", "a": "null""#, #", "a": null"#), (#", "a": 1"#, #", "a": 1, "a": 1"#),
        (", \"a\": \"\u{E9}\"", ", \"a\": \"e\u{301}\""),
    ])
    func memberBytesDifferWhereMembersDo(one: String, other: String) {
        let bytes = memberBytes(one)
        #expect(bytes != nil)
        #expect(memberBytes(other) != bytes)
    }

    @Test func changedBodiesAreLeftAloneOrMeanTheSame() throws {
        var random = SeededGenerator(seed: 72)
        let alphabet =
            Array(#"{}[]",:\ 0123456789.eE+-NaNtruefalsnu"#.utf8) + [0, 0x1F, 0xC3, 0xFF]
        var takenCount = 0
        for _ in 0..<60_000 {
            var body = Array(RandomBody(&random, rowsMax: 3).text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<body.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: body.remove(at: index)
                case 1: body.insert(byte, at: index)
                case 2: body.insert(body[index], at: index)
                default: body[index] = byte
                }
            }
            guard let taken = fast(body) else { continue }
            takenCount += 1
            let text = String(decoding: body, as: UTF8.self)
            let same = try? slow(body)
            #expect(same.map { areEqual(taken, $0) } == true, "\(text)")
            let sameMembers = try slowMembers(body)
            #expect(members(body) == sameMembers, "\(text)")
        }
        #expect(takenCount > 5_000)
    }

    /// The members other than the list, as the fast parser shows them.
    private func slowMembers(_ body: [UInt8]) throws -> [String]? {
        try JSONParser.parse(body, allowsNaN: true).object?.members
            .filter { $0.name != "sample" }
            .map { member in
                let value: RecordDocument.Scalar? =
                    switch member.value {
                    case .null: .null
                    case .bool(let flag): .bool(flag)
                    case .number(let number) where number.isInteger: .integer(number.value + 0)
                    case .number(let number): .real(number.value)
                    case .string(let text): .text(text)
                    case .array, .object: nil
                    }
                return value.map { "\(member.name): \($0)" } ?? "not plain"
            }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"sample": {}}"#, #"{"sample": []}"#, #"{"model_name": "m"}"#,
        #"{"sample": [{}], "sample": [{}]}"#, #"{"sample": [{}], "parameters": {}}"#,
        #"{"sample": [{"a": "\u0041"}]}"#, "\u{FEFF}" + #"{"sample": [{}]}"#,
        #"{"sample": [{}]} x"#, #"{"sample": [{"a": 18446744073709551616}]}"#,
        #"{"sample": [{"a": NaN}]}"#,
        #"{"sample": [{"a": "# + String(repeating: "[", count: 40)
            + String(repeating: "]", count: 40) + "}]}",
    ])
    func leavesOtherBodiesAlone(body: String) {
        #expect(members(Array(body.utf8)) == nil)
    }

    @Test(arguments: ["NA", " None ", "#N/A", "-1.#IND", "<NA>", "nan", "null", "N", "n"])
    func textsThatMayMeanMissingAreLeftAlone(text: String) throws {
        let body =
            #"{"sample": [{"person_age": 1, "person_income": 1, "loan_int_rate": 1, "#
            + #""person_home_ownership": "OWN", "loan_grade": "\#(text)"}]}"#
        #expect(fast(Array(body.utf8)) == nil)
        let columns = try slow(Array(body.utf8)).columns
        let code = text.count == 1 ? ServedModel.unknownCode : ServedModel.missingCode
        #expect(columns[4] == .codes([code]))
    }

    @Test(arguments: [
        #"[1]"#, #"[{"person_age": "22"}]"#, #"[{"person_age": 1e39}]"#, #"[{"person_age": []}]"#,
        #"[{"loan_grade": 5}]"#, #"[{"loan_grade": true}]"#, "[{}]",
    ])
    func leavesOtherRecordsAlone(records: String) {
        #expect(fast(Array(#"{"sample": \#(records)}"#.utf8)) == nil)
    }
}

/// A body that any sender of clean JSON could send.
private struct RandomBody {
    private(set) var text = "{"

    init(_ random: inout SeededGenerator, rowsMax: Int = 6) {
        let first = ["\"model_name\": \"m\"", "\"size\":400000", "\"rate\" : 1.5", "\"x\":null"]
        for member in first where Bool.random(using: &random) { text += member + ", " }
        let rows = Int.random(in: 1...rowsMax, using: &random)
        // The first record names every feature, so that none is absent.
        let records = (0..<rows).map { Self.record(isWhole: $0 == 0, &random) }
        text += "\"sample\":[" + records.joined(separator: Self.separator(&random)) + "]"
        text += Bool.random(using: &random) ? ",\"backend\":true}" : "}"
    }

    private static func record(isWhole: Bool, _ random: inout SeededGenerator) -> String {
        let numbers = ["person_age", "person_income", "loan_int_rate"]
        let categories = ["person_home_ownership", "loan_grade"]
        var fields = ["\"unknown\": -1.5e3", "\"note\": \"é {}\"", "\"nested\": {\"a\": [1, {}]}"]
            .filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        for name in numbers where isWhole || Int.random(in: 0..<6, using: &random) > 0 {
            fields.append("\"\(name)\":\(number(&random))")
        }
        for name in categories where isWhole || Int.random(in: 0..<6, using: &random) > 0 {
            let words =
                ["\"A\"", "\"B\"", "\"Ä\"", "\"RENT\"", "\"OWN\"", "\"?\"", "\"\"", "null"]
                + ["\" A\"", "\"RENT  \"", "\"  \"", "\"Unknown\"", "\"rent \"", "\"9\""]
            fields.append("\"\(name)\" : \(words.randomElement(using: &random) ?? "null")")
        }
        if Int.random(in: 0..<3, using: &random) == 0 { fields.shuffle(using: &random) }
        return "{" + fields.joined(separator: separator(&random)) + "}"
    }

    private static func number(_ random: inout SeededGenerator) -> String {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: "null"
        case 1: "true"
        case 2: "-0"
        case 3: "-0.0"
        case 4: "\(Double.random(in: -1e9...1e9, using: &random))"
        case 5: "\(Float(bitPattern: UInt32.random(in: 1..<0x7F00_0000, using: &random)))"
        case 6: "\(Int.random(in: .min ... .max, using: &random))"
        case 7: "\(UInt64.random(in: .min ... .max, using: &random))"
        default: "\(Int.random(in: -9...99_999, using: &random))"
        }
    }

    private static func separator(_ random: inout SeededGenerator) -> String {
        [",", ", ", " ,\n\t", ",\r\n"].randomElement(using: &random) ?? ","
    }
}
