// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanService
import Testing

/// The documents of cards: the texts that people write, and the card that is read back.
@Suite struct CardDocumentTests {
    private func read(_ text: String) throws(ModelCardError) -> CardFields {
        try CardFields.read(Array(text.utf8))
    }

    @Test func textsHaveTheNamesThatACardHasRoomFor() throws {
        let members = CardFields.Name.allCases.map {
            "\"\($0.rawValue)\": \"about \($0.rawValue)\""
        }
        let fields = try read("{" + members.reversed().joined(separator: ",") + "}")
        #expect(fields.texts.count == CardFields.Name.allCases.count)
        #expect(fields.texts[.outOfScope] == "about out_of_scope")
        // In the order of the names, however they were given.
        #expect(fields.json.object?.members.first?.name == "purpose")
        #expect(try CardFields.read(fields.json) == fields)
        #expect(try read("{}") == CardFields())
        #expect(try read(#"{"owner": null}"#) == CardFields())
    }

    @Test(arguments: [
        (#"{"author": "x"}"#, "there is no key 'author'; there are purpose, owner"),
        (#"{"owner": 7}"#, "'owner' must be a text of 1 to 4096 bytes"),
        (#"{"owner": ""}"#, "'owner' must be a text of 1 to 4096 bytes"),
        (#"{"owner": "a\u0007"}"#, "'owner' must be a text of 1 to 4096 bytes"),
        (#"{"owner": "a", "owner": "b"}"#, "the key 'owner' is there twice"),
        ("[]", "the card must be an object"), ("{", "the card is not JSON"),
    ])
    func otherValuesThanTextsAreRefused(document: String, reason: String) {
        let error = #expect(throws: ModelCardError.self) { try read(document) }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }

    @Test func textsHaveALimit() throws {
        func document(_ count: Int) -> String {
            #"{"owner": "\#(String(repeating: "é", count: count / 2))"}"#
        }
        #expect(try read(document(CardFields.textBytesMax)).texts[.owner]?.utf8.count == 4_096)
        #expect(throws: ModelCardError.self) { try read(document(CardFields.textBytesMax + 2)) }
        let padding = String(repeating: " ", count: CardFields.documentBytesMax - 2)
        #expect(try read("{\(padding)}") == CardFields())
        #expect(throws: ModelCardError.tooLong(place: "the card", limit: 65_536)) {
            try read("{\(padding) }")
        }
    }

    private static let least = """
        {"card_version": 1, "model": {}, "data": {}, "policy": {}, "figures": {}, "constraints": [],
         "fairness": [], "limits": [], "news": 7}
        """

    @Test func aCardIsReadBackWithWhatANewerReleaseAdds() throws {
        let card = try ModelCard(reading: Array(Self.least.utf8))
        #expect(card.json["news"] == .integer(7))
        #expect(try ModelCard(reading: card.text) == card)
        // What it does not say is not measured.
        #expect(card.markdown.contains("not measured"))
    }

    @Test(arguments: [
        ("\"card_version\": 1", "\"card_version\": 2", "the card has the form 2"),
        ("\"card_version\": 1", "\"card_version\": \"1\"", "'card_version' must be a whole number"),
        ("\"card_version\": 1,", "", "the key 'card_version' is missing"),
        ("\"figures\": {}", "\"figures\": []", "'figures' must be an object"),
        ("\"figures\": {},", "", "the key 'figures' is missing"),
        ("\"limits\": []", "\"limits\": {}", "'limits' must be a list"),
        ("\"limits\": [],", "", "the key 'limits' is missing"),
        ("{\"card", "{card", "the card is not JSON"),
    ])
    func otherDocumentsAreRefused(part: String, other: String, reason: String) throws {
        let text = Self.least.replacing(part, with: other)
        try #require(text != Self.least)
        let error = #expect(throws: ModelCardError.self) {
            try ModelCard(reading: Array(text.utf8))
        }
        #expect("\(error.map { "\($0)" } ?? "")".contains(reason))
    }

    @Test func aCardHasALimit() throws {
        let count = ModelCard.bytesMax - Self.least.utf8.count
        let padding = [UInt8](repeating: UInt8(ascii: " "), count: count)
        _ = try ModelCard(reading: Array(Self.least.utf8) + padding)
        #expect(throws: ModelCardError.tooLong(place: "the card", limit: ModelCard.bytesMax)) {
            try ModelCard(reading: Array(Self.least.utf8) + padding + [UInt8(ascii: " ")])
        }
    }
}
