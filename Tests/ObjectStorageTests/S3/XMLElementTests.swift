// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct XMLElementTests {
    private func parse(_ text: String) -> XMLElement? {
        XMLElement.parse(Array(text.utf8))
    }

    @Test func readsAnErrorOfS3() throws {
        let root = try #require(
            parse(
                """
                <?xml version="1.0" encoding="UTF-8"?>
                <!-- note --><Error xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                <Code>SlowDown</Code><Message>a &lt;b&gt; &amp; &#233;&#x4e;</Message><Empty/>
                </Error>\n
                """
            )
        )
        #expect(root.name == "Error")
        #expect(root.text("Code") == "SlowDown")
        #expect(root.text("Message") == "a <b> & éN")
        #expect(root.text("Empty") == "")
        #expect(root.text("Missing") == nil)
    }

    @Test(arguments: [
        "", "<", "<a>", "<a></b>", "</a>", "<a><b></a></b>", "text", "<a></a>x", "<a>&unknown;</a>",
        "<a>&amp</a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<a>&#x110000;</a>", "<a b",
        "<?xml", "<!-- ", "<a><![CDATA[x]]></a>", "<1 2 3 ></a>", "<></>",
    ])
    func refusesWhatIsNotWellFormed(text: String) {
        #expect(parse(text) == nil)
    }

    @Test func boundsTheDepth() {
        let nested: (Int) -> String = { depth in
            String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)
        }
        #expect(parse(nested(XMLElement.depthMax)) != nil)
        #expect(parse(nested(XMLElement.depthMax + 1)) == nil)
        #expect(parse(String(repeating: "<a>", count: 1_000_000)) == nil)
    }

    @Test func survivesRandomDamage() throws {
        var random = SystemRandomNumberGenerator()
        let text = Array(
            "<R><Contents><Key>a&amp;b</Key><Size>1</Size></Contents><Next>t</Next></R>".utf8
        )
        for _ in 0..<20_000 {
            var damaged = text
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] =
                    UInt8.random(in: 0...255, using: &random)
            }
            if let root = XMLElement.parse(damaged) { #expect(!root.name.isEmpty) }
        }
    }
}
