// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// What a card says of directions and of groups.
extension CardMarkdown {
    var directions: [String] {
        let reports = objects(part("constraints"))
        guard !reports.isEmpty else {
            return ["## Directions", "", "The training was asked for no directions."]
        }
        var table = MarkdownTable(["feature", "the risk while it rises", "verdict"])
        for report in reports {
            let way = report["direction"] == .string("increasing") ? "never falls" : "never rises"
            table.add([code(report["feature"]), way, verdict(report)])
        }
        return ["## Directions", ""] + table.lines + reports.flatMap(counterexample)
    }

    private func verdict(_ report: JSONObject) -> String {
        let word = MarkdownText.plain(report["verdict"])
        if let basis = report["basis"]?.text {
            return "\(word) over all rows there can be, by "
                + (Self.bases[basis] ?? MarkdownText.escaped(basis))
        }
        if let reason = report["reason"]?.text {
            return "\(word): \(MarkdownText.escaped(reason))"
        }
        if let left = report["thresholds"]?.object {
            return "\(word): \(MarkdownText.plain(left["left"])) of "
                + "\(MarkdownText.plain(left["of"])) thresholds are open"
        }
        return "**\(word)**, see below"
    }

    private static let bases = [
        "unused": "the model not looking at it", "every tree": "each tree",
        "sum of trees": "the sum of the trees", "weight": "its weight",
    ]

    private func counterexample(_ report: JSONObject) -> [String] {
        guard let rows = report["counterexample"]?.object, let lower = rows["lower"]?.object,
            let upper = rows["upper"]?.object
        else { return [] }
        var table = MarkdownTable(["", "lower", "higher"])
        for (name, value) in lower.members {
            table.add([code(.string(name)), cell(value), cell(upper[name])])
        }
        table.add([
            "margin", MarkdownText.plain(rows["lower_margin"]),
            MarkdownText.plain(rows["upper_margin"]),
        ])
        return [
            "",
            "Two \(rows["rows"] == .string("raw") ? "applications" : "prepared rows") that refute "
                + "the direction of \(code(report["feature"])):", "",
        ] + table.lines
    }

    private func cell(_ value: JSONValue?) -> String {
        value == .null ? "missing" : MarkdownText.plain(value)
    }

    var fairness: [String] {
        let columns = objects(part("fairness"))
        var lines = ["## Groups of applicants", ""]
        if columns.isEmpty {
            lines.append("Not measured: the data has no protected columns.")
        } else {
            lines.append(
                "Approvals are by the cut-offs above. AIR is the share of a group that is approved "
                    + "by that of the reference; SMD is the difference of mean points in standard "
                    + "deviations; a row that is not approved counts as one predicted to default."
            )
        }
        for column in columns { lines += [""] + groups(column) }
        return lines + elderly
    }

    private func groups(_ column: JSONObject) -> [String] {
        let title = "### \(MarkdownText.plain(column["column"]))"
        if let reason = column["not_measured"] {
            return [title, "", "Not measured: \(MarkdownText.plain(reason))."]
        }
        var table = MarkdownTable([
            "group", "rows", "defaults", "mean probability", "approved", "AIR", "p", "SMD", "TPR",
            "FPR", "PPV", "AUC",
        ])
        for group in objects(column["groups"]) {
            let isReference = group["name"] == column["reference"]
            table.add(
                [
                    MarkdownText.plain(group["name"]), MarkdownText.plain(group["rows"]),
                    MarkdownText.percent(group["default_rate"]),
                    MarkdownText.figure(group["predicted_rate"]),
                    MarkdownText.percent(group["approval_rate"]),
                ]
                    + (isReference
                        ? ["reference", "", ""]
                        : [
                            MarkdownText.interval(group["air"]),
                            MarkdownText.figure(group["fisher_p"]),
                            MarkdownText.figure(group["smd"]),
                        ])
                    + ["tpr", "fpr", "ppv"].map { MarkdownText.percent(group[$0]) }
                    + [MarkdownText.interval(group["auc"])]
            )
        }
        let unknown =
            "The group of \(MarkdownText.plain(column["unknown_rows"])) rows is not known."
        return [title, ""] + table.lines + ["", unknown]
    }

    private var elderly: [String] {
        guard let check = part("elderly_check")?.object else { return [] }
        let column = code(check["column"])
        let sentence =
            check["in_model"] == .bool(true)
            ? "Of the \(MarkdownText.plain(check["rows"])) rows of the test whose \(column) is 62 "
                + "or more, none gets a contribution of it that raises the risk."
            : "The model has no feature \(column), so that nobody gets a value for it."
        return ["", "### Applicants of 62 and older", "", sentence]
    }
}
