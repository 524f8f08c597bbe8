// SPDX-License-Identifier: Apache-2.0

import LoanService
import Machine
import Testing

@Suite struct ReasonWordsTests {
    @Test(arguments: [
        ("loan_int_rate", "LOAN_INT_RATE", "Loan int rate"),
        ("__loan__percent_", "__LOAN__PERCENT_", "Loan percent"),
        ("Age (years)", "AGE__YEARS_", "Age (years)"),
        ("größe_in_m²", "GRÖSSE_IN_M²", "Größe in m²"),
        ("école", "ÉCOLE", "École"),
        ("7_days", "7_DAYS", "7 days"),
        ("", "", ""),
    ])
    func aNameIsACodeAndATitle(name: String, code: String, title: String) {
        #expect(ReasonWords.code(name) == code)
        #expect(ReasonWords.title(name) == title)
    }

    @Test(arguments: [
        (" is {value}", " is 7"), ("{value}{value}", "77"), ("no value", "no value"),
        ("{{value}}", "{7}"), ("{valu{value}", "{valu7"), ("{value", "{value"), ("", ""),
        ("Größe {value}: {value}", "Größe 7: 7"),
    ])
    func theValueIsInEachPlaceThatIsForIt(text: String, filled: String) {
        #expect(ReasonWords.filled(text) { "7" } == filled)
    }

    /// Half of the texts have a letter that is no ASCII before them, by which they are read the
    /// other way.
    @Test func bytesAndCharactersAreReadAlike() {
        var random = SplitMix64(seed: 24)
        let pieces = ["_", "a", "Z", "z", "9", " ", "-", "{value}", "{", "}", "__", "~"]
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...12, using: &random)
            let text = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            #expect(ReasonWords.code("é" + text) == "É" + ReasonWords.code(text))
            // The first word of the title is that letter alone.
            let title = ReasonWords.title("é_" + text)
            let alone = ReasonWords.title("0_" + text)
            #expect(title.dropFirst() == alone.dropFirst(), "\(text)")
            let filled = ReasonWords.filled("é" + text) { "<7>" }
            #expect(filled == "é" + ReasonWords.filled(text) { "<7>" }, "\(text)")
        }
    }
}
