// SPDX-License-Identifier: Apache-2.0

import Foundation
import JSON
import LoanModel
import LoanService
import LoanTraining
import Testing

/// A card as people read it.
@Suite struct CardMarkdownTests {
    /// Trained once for all tests.
    private static func trained(_ fields: CardFields?) async throws -> ModelCard {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let base = ServiceFolder.trainRequest("risk", rounds: 10)
        _ = try await folder.service().train(
            TrainRequest(
                data: base.data,
                model: base.model,
                modelName: base.modelName,
                parameters: base.parameters,
                card: fields
            )
        )
        return try await folder.service().card(of: "risk", in: ServiceFolder.models)
    }

    @Test func allPartsHaveAHeadingAndTablesAreWhole() async throws {
        let card = try await Self.trained(nil)
        let lines = card.markdown.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
            lines.filter { $0.hasPrefix("# ") || $0.hasPrefix("## ") } == [
                "# Model card: risk", "## Stated by its owners", "## Data", "## Training",
                "## Performance on the test", "## Calibration", "## Decisions", "## Directions",
                "## Groups of applicants", "## Limits of use",
            ]
        )
        #expect(lines.contains("Nothing is stated."))
        // Each line of a table has as many cells as its head, and a table begins after a gap.
        var head: Int?
        for (index, line) in lines.enumerated() {
            guard line.hasPrefix("|") else {
                head = nil
                continue
            }
            let cells = line.count { $0 == "|" }
            if head == nil { #expect(index > 0 && lines[index - 1].isEmpty, "\(line)") }
            #expect(head ?? cells == cells, "\(line)")
            head = cells
        }
        #expect(card.markdown.hasSuffix(".\n") && !card.markdown.contains("\n\n\n"))
        for word in ["Optional", "nil", "NaN", "JSON"] {
            #expect(!card.markdown.contains(word), "\(word)")
        }
        #expect(card.markdown == (try ModelCard(reading: card.text)).markdown)
    }

    @Test func figuresAreThoseOfTheDocument() async throws {
        let card = try await Self.trained(nil)
        let raw = try #require(card.json["figures"]?.object?["raw"]?.object)
        guard case .number(let auc)? = raw["auc"]?.object?["value"],
            case .number(let lower)? = raw["auc"]?.object?["lower"],
            case .number(let upper)? = raw["auc"]?.object?["upper"]
        else {
            Issue.record("no area")
            return
        }
        let figures = [auc, lower, upper].map { String(format: "%.4f", $0.value) }
        #expect(
            card.markdown.contains("| AUC | \(figures[0]) (\(figures[1]) to \(figures[2])) |")
        )
        #expect(card.markdown.contains("| `person_income` | number |"))
        #expect(card.markdown.contains("Not measured: the data has no protected columns."))
    }

    @Test func whatPeopleSayIsNoMarkdown() async throws {
        let text = "# A *model* | of <b>risk</b>\nsee [this](http://example.com) & `that`"
        let card = try await Self.trained(CardFields([.purpose: text, .outOfScope: "Mortgages."]))
        let markdown = card.markdown
        #expect(
            markdown.contains(
                """
                **Purpose.**

                \\# A \\*model\\* \\| of \\<b\\>risk\\</b\\>

                see \\[this\\](http://example.com) \\& \\`that\\`

                **Not to be used for.**

                Mortgages.

                """
            ),
            "\(markdown.prefix(2_000))"
        )
        #expect(!markdown.contains("Nothing is stated."))
    }
}
