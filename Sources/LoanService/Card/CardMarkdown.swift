// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// A card as Markdown: made of its document alone, so that both say the same.
struct CardMarkdown {
    private let card: JSONObject

    init(_ card: ModelCard) { self.card = card.json }

    var text: String {
        let sections = [
            heading, stated, data, training, performance, calibration, decisions, directions,
            fairness, limits,
        ]
        return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    // MARK: The model

    private var heading: [String] {
        let model = card["model"]?.object
        var table = MarkdownTable(["", ""])
        let rows: [(String, String)] = [
            ("Generation", code(model?["generation"])),
            ("Trained", MarkdownText.plain(model?["trained_at"])),
            (
                "By",
                MarkdownText.plain(model?["producer"]) + " with XGBoost "
                    + MarkdownText.plain(model?["libraries"]?.object?["xgboost"])
            ),
            (
                "Kind",
                "\(MarkdownText.plain(model?["trees"])) trees, objective "
                    + code(model?["objective"])
            ),
            ("SHA-256 of the stored model", code(model?["sha256"])),
            ("Form of this card", MarkdownText.plain(card[ModelCard.versionKey])),
        ]
        for (name, value) in rows { table.add([name, value]) }
        return ["# Model card: \(MarkdownText.plain(model?["name"]))", ""] + table.lines + [
            "",
            "All that follows was computed when the model was trained, but for the texts under "
                + "\"Stated by its owners\". Figures are of rows that were held out. Intervals "
                + "hold the true value in 95 % of cases.",
        ]
    }

    private var stated: [String] {
        let fields = card["fields"]?.object
        var lines = ["## Stated by its owners", ""]
        let given = CardFields.Name.allCases.filter { fields?[$0.rawValue]?.text != nil }
        guard !given.isEmpty else { return lines + ["Nothing is stated."] }
        for name in given {
            lines.append("**\(name.title).**")
            lines.append("")
            lines += MarkdownText.paragraphs(fields?[name.rawValue]?.text ?? "")
        }
        return Array(lines.dropLast())
    }

    // MARK: Data and training

    private var data: [String] {
        let data = card["data"]?.object
        let label = data?["label"]?.object
        let isUnseen = data?["test_rows_unseen"] == .bool(true)
        var lines = [
            "## Data", "",
            "The model was trained on \(MarkdownText.plain(data?["train_rows"])) rows and is "
                + "measured on \(MarkdownText.plain(data?["test_rows"])) others"
                + (isUnseen ? ", of which training saw no copy" : "") + ". A default is "
                + "\(code(label?["default"])) in the column \(code(label?["column"])).",
            "",
        ]
        if let source = data?["source"]?.object {
            lines += [
                "The table has \(MarkdownText.plain(source["rows"])) rows and the SHA-256 "
                    + "\(code(source["sha256"])). It was divided by \(code(data?["split"]))"
                    + (data?["column"].map { " (column \(code($0)))" } ?? "")
                    + " with the seed \(MarkdownText.plain(data?["seed"])).",
                "",
            ]
        } else {
            lines += [
                "Where the table comes from and how it was divided was not written down.", "",
            ]
        }
        lines += parts(data) + duplicates(data) + features(data)
        return Array(lines.dropLast())
    }

    private func parts(_ data: JSONObject?) -> [String] {
        var table = MarkdownTable(["part", "rows", "rows of the table", "from", "to"])
        for part in objects(data?["parts"]) {
            table.add([
                MarkdownText.plain(part["part"]), MarkdownText.plain(part["rows"]),
                MarkdownText.plain(part["source_rows"]),
                part["first"].map(MarkdownText.plain) ?? "",
                part["last"].map(MarkdownText.plain) ?? "",
            ])
        }
        return table.lines.isEmpty ? [] : table.lines + [""]
    }

    private func duplicates(_ data: JSONObject?) -> [String] {
        guard let duplicates = data?["duplicates"] else { return [] }
        let sentences = objects(duplicates).map { pair in
            "\(MarkdownText.plain(pair["rows"])) rows of the part \(code(pair["part"])) equal "
                + "one of the part \(code(pair["equal_to"]))."
        }
        let none = ["No row of one part equals one of another."]
        return [(sentences.isEmpty ? none : sentences).joined(separator: " "), ""]
    }

    private func features(_ data: JSONObject?) -> [String] {
        var table = MarkdownTable(["column", "kind", "range or categories", "missing"])
        for feature in objects(data?["features"]) {
            let range =
                if let least = feature["minimum"], let most = feature["maximum"] {
                    "\(MarkdownText.plain(least)) to \(MarkdownText.plain(most))"
                } else if let count = feature["categories"] {
                    "\(MarkdownText.plain(count)) categories"
                } else if let count = feature["true"] {
                    "\(MarkdownText.plain(count)) true"
                } else {
                    MarkdownText.unknown
                }
            table.add([
                code(feature["column"]), MarkdownText.plain(feature["kind"]), range,
                MarkdownText.plain(feature["missing"]),
            ])
        }
        return ["What the rows to train on hold:", ""] + table.lines + [""]
    }

    private var training: [String] {
        var table = MarkdownTable(["parameter", "value"])
        for (name, value) in card["parameters"]?.object?.members ?? [] {
            table.add([code(.string(name)), MarkdownText.plain(value)])
        }
        return ["## Training", ""] + table.lines
    }

    // MARK: Policy and limits

    private var decisions: [String] {
        let policy = card["policy"]?.object
        let (of, approve, decline) = (policy?["of"], policy?["approve"], policy?["decline"])
        let isOfPoints = of == .string("points")
        var lines = [
            "## Decisions", "",
            (policy?["is_standard"] == .bool(true) ? "The standard policy" : "The policy")
                + " with the SHA-256 \(code(policy?["digest"])) decides by "
                + "\(MarkdownText.plain(of)): approved "
                + (isOfPoints ? "from " : "below ") + MarkdownText.plain(approve) + ", declined "
                + (isOfPoints ? "below " : "from ") + MarkdownText.plain(decline)
                + ", a person decides between the two. It has "
                + "\(MarkdownText.plain(policy?["rules"])) rules that look at records.",
        ]
        if let later = card["later_policy"]?.object {
            lines += [
                "",
                "**This generation has another policy since**, with the SHA-256 "
                    + "\(code(later["digest"])). Approvals and thresholds of this card are by the "
                    + "one before.",
            ]
        }
        return lines
    }

    private var limits: [String] {
        guard case .array(let limits)? = card["limits"] else { return [] }
        return ["## Limits of use", ""] + limits.map { "- \(MarkdownText.plain($0))" }
    }
}

extension CardMarkdown {
    /// A part of the document.
    func part(_ name: String) -> JSONValue? { card[name] }

    /// The elements of a list that are objects.
    func objects(_ value: JSONValue?) -> [JSONObject] {
        guard case .array(let elements)? = value else { return [] }
        return elements.compactMap(\.object)
    }

    /// A name in the type of a program.
    func code(_ value: JSONValue?) -> String {
        guard let text = value?.text else { return MarkdownText.plain(value) }
        // A name with such a mark of its own cannot be in code.
        guard !text.contains("`"), !text.contains("\n"), !text.contains("|"), !text.isEmpty else {
            return MarkdownText.escaped(text)
        }
        return "`\(text)`"
    }
}

extension ModelCard {
    /// The card as people read it: Markdown, made of the document alone.
    package var markdown: String { CardMarkdown(self).text }
}

extension CardFields.Name {
    /// What stands above the text.
    var title: String {
        switch self {
        case .purpose: "Purpose"
        case .owner: "Owner"
        case .audience: "Who may use it"
        case .population: "Applicants it is made for"
        case .outOfScope: "Not to be used for"
        case .limitations: "Known limitations"
        case .review: "Review"
        case .contact: "Contact"
        case .notes: "Notes"
        }
    }
}
