// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct CategoryVocabularyTests {
    @Test func aModelTrainedWithBlanksKnowsTheCategoriesWithoutThem() throws {
        // What training before the blanks were passed over has stored.
        let vocabulary = CategoryVocabulary([" MORTGAGE", " OWN", " RENT", "OTHER "])
        for text in ["RENT", " RENT", "RENT ", "\tRENT"] {
            #expect(try vocabulary.code(of: text) == 2)
        }
        #expect(try vocabulary.code(of: "OTHER") == 3)
        #expect(try vocabulary.code(of: "rent") == CategoryVocabulary.unknown)
    }

    @Test func ofTwoCategoriesThatDifferInBlanksTheOneWithoutIsMeant() throws {
        let vocabulary = CategoryVocabulary([" RENT", "RENT", "RENT ", " OWN", "  OWN"])
        #expect(try vocabulary.code(of: " RENT ") == 1)
        #expect(try vocabulary.code(of: "OWN") == 3)
    }

    @Test func blanksAroundAMarkerMakeItNoCategory() throws {
        let vocabulary = CategoryVocabulary(["  ", " NA", "A"])
        for text in ["", "  ", "NA", " NA"] {
            #expect(try vocabulary.code(of: text) == CategoryVocabulary.missing)
        }
    }

    @Test func spellingsAreComparedByTheirBytes() throws {
        let vocabulary = CategoryVocabulary(["\u{C4}RZTLICH"])
        #expect(try vocabulary.code(of: "\u{C4}RZTLICH") == 0)
        #expect(try vocabulary.code(of: "A\u{308}RZTLICH") == CategoryVocabulary.unknown)
    }

    @Test func aTextHasALimit() throws {
        let limit = CategoryVocabulary.textBytesMax
        let vocabulary = CategoryVocabulary(["A"])
        let edge = String(repeating: "x", count: limit)
        #expect(try vocabulary.code(of: edge) == CategoryVocabulary.unknown)
        #expect(throws: CategoryVocabulary.Failure.tooLong) {
            try vocabulary.code(of: edge + "x")
        }
    }
}
