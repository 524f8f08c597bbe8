// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

@Suite struct FlatJSONTests {
    @Test func readsStringsAndSkipsOtherValues() {
        let text = #" { "A" : "x\"\\\/\n\u0041é" , "n":1.5e-3,"t":true,"z":null , "B":"" } "#
        #expect(FlatJSON.strings(Array(text.utf8)) == ["A": "x\"\\/\nAé", "B": ""])
        #expect(FlatJSON.strings(Array("{}".utf8)) == [:])
        #expect(FlatJSON.strings(Array(#"{"a":"1","a":"2"}"#.utf8)) == ["a": "2"])
    }

    @Test(arguments: [
        "", "{", "[]", "{]", #"{"a"}"#, #"{"a":}"#, #"{"a":"b"#, #"{"a":"b",}"#, #"{"a":{}}"#,
        #"{"a":[]}"#, #"{"a":"b"}x"#, #"{"a":"\x"}"#, #"{"a":"\ud83c"}"#, #"{"a":"\u00"}"#,
        "{\"a\":\"\n\"}", #"{a:"b"}"#, "null",
    ])
    func refusesEverythingElse(text: String) {
        #expect(FlatJSON.strings(Array(text.utf8)) == nil)
    }

    @Test func agreesWithFoundationOnRandomObjects() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            var object: [String: String] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let scalars = (0..<Int.random(in: 0...9, using: &random)).map { _ in
                    Unicode.Scalar(UInt8.random(in: 0...255, using: &random))
                }
                object[String(String.UnicodeScalarView(scalars))] = "\(scalars)"
            }
            let text = try JSONEncoder().encode(object)
            #expect(FlatJSON.strings(Array(text)) == object)
        }
    }

    @Test func survivesRandomDamage() {
        var random = SystemRandomNumberGenerator()
        let text = Array(#"{"AccessKeyId":"a\u0041","SecretAccessKey":"s","n":1}"#.utf8)
        for _ in 0..<20_000 {
            var damaged = text
            for _ in 0..<3 {
                damaged[Int.random(in: damaged.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if let members = FlatJSON.strings(damaged) { #expect(members.count <= 3) }
        }
    }
}
