// SPDX-License-Identifier: Apache-2.0

import HTTPServer
import Testing

@Suite struct HTTPFieldsTests {
    /// Names of many lengths and first bytes.
    private static let names = ["a", "b", "z", "-", "0", "_"].flatMap { first in
        (0..<70).map { first + String(repeating: "x", count: $0) }
    }

    @Test func findsEveryNameInEveryCaseAndNoOther() {
        for (index, name) in Self.names.enumerated() {
            let fields = HTTPFields([("host", "h"), (name.uppercased(), "\(index)")])
            #expect(fields[name] == "\(index)")
            #expect(fields.values(of: name) == ["\(index)"])
            for other in Self.names where other != name {
                #expect(fields[other] == nil)
                #expect(fields.values(of: other).isEmpty)
            }
        }
    }

    @Test func findsTheFirstOfSeveralAndAllOfThem() {
        let fields = HTTPFields([("accept", "a"), ("te", "b"), ("Accept", "c")])
            .adding("ACCEPT", "d")
        #expect(fields["accept"] == "a")
        #expect(fields.values(of: "accept") == ["a", "c", "d"])
        #expect(fields.count == 4)
        #expect(HTTPFields()["accept"] == nil)
    }
}
