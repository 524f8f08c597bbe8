// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

@Suite struct FieldProblemTests {
    @Test(arguments: [
        (String(repeating: "a", count: 128), String(repeating: "a", count: 128)),
        (String(repeating: "a", count: 129), String(repeating: "a", count: 128) + "…"),
        // Characters of two and four bytes stay whole.
        ("a" + String(repeating: "é", count: 64), "a" + String(repeating: "é", count: 63) + "…"),
        (String(repeating: "😀", count: 33), String(repeating: "😀", count: 32) + "…"),
        // One letter with its accents may be longer than an excerpt.
        (
            "a" + String(repeating: "\u{301}", count: 1 << 20),
            "a" + String(repeating: "\u{301}", count: 63) + "…"
        ),
    ])
    func anExcerptIsOfWholeCharacters(text: String, excerpt: String) {
        #expect(text.excerpt == excerpt)
    }

    @Test func aProblemShowsTheBeginningOfALongNameAndMessage() {
        let long = String(repeating: "\u{7F}", count: 1 << 20)
        let problem = FieldProblem(
            location: [.name("parameters"), .name(long), .index(3)],
            message: "unknown: \(long)",
            kind: .unusable
        )
        #expect(problem.location[0] == .name("parameters"))
        #expect(problem.location[1] == .name(String(repeating: "\u{7F}", count: 128) + "…"))
        #expect(problem.location[2] == .index(3))
        #expect(problem.message.hasPrefix("unknown: \u{7F}"))
        #expect(problem.message.utf8.count == 1024 + 3)
    }
}
