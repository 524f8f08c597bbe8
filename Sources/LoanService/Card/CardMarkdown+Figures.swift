// SPDX-License-Identifier: Apache-2.0

internal import JSON

/// The figures of a card as tables.
extension CardMarkdown {
    private var raw: JSONObject? { part("figures")?.object?["raw"]?.object }
    private var calibrated: JSONObject? { part("figures")?.object?["calibrated"]?.object }

    var performance: [String] {
        let both = calibrated != nil
        var table = MarkdownTable(["figure", "model"] + (both ? ["calibrated"] : []))
        func row(_ name: String, _ text: (JSONObject?) -> String) {
            table.add([name, text(raw)] + (both ? [text(calibrated)] : []))
        }
        row("Rows") { MarkdownText.plain($0?["rows"]) }
        row("Share of defaults") { MarkdownText.percent($0?["default_rate"]) }
        row("AUC") { MarkdownText.interval($0?["auc"]) }
        row("Gini") { MarkdownText.interval($0?["gini"]) }
        row("KS") { MarkdownText.interval($0?["ks"]) }
        row("Brier score") { MarkdownText.interval($0?["brier"]) }
        row("Brier skill") { MarkdownText.figure($0?["brier"]?.object?["skill"]) }
        row("Log loss") { MarkdownText.interval($0?["log_loss"]) }
        for (name, key) in [("equal width", "equal_width"), ("equal mass", "equal_mass")] {
            row("ECE, bins of \(name)") {
                MarkdownText.figure($0?["ece"]?.object?[key]?.object?["expected"])
            }
        }
        return ["## Performance on the test", ""] + table.lines + gains + confusion
    }

    private var gains: [String] {
        var table = MarkdownTable([
            "rows", "probability from", "to", "defaults", "lift", "defaults found so far",
        ])
        for band in objects(raw?["gains"]) {
            let gain: String =
                if case .number(let number)? = band["gain"] {
                    "\((number.value * 1_000).rounded() / 10) %"
                } else {
                    MarkdownText.unknown
                }
            table.add([
                MarkdownText.plain(band["rows"]), MarkdownText.figure(band["lowest"]),
                MarkdownText.figure(band["highest"]), MarkdownText.percent(band["default_rate"]),
                MarkdownText.number(band["lift"], digits: 2), gain,
            ])
        }
        return ["", "### Lift and gains", "", "By falling probability:", ""] + table.lines
    }

    private var confusion: [String] {
        var table = MarkdownTable([
            "threshold", "defaults found", "defaults missed", "others refused", "others passed",
            "TPR", "FPR", "PPV",
        ])
        for matrix in objects(raw?["confusion"]) {
            table.add([
                MarkdownText.plain(matrix["threshold"]),
                MarkdownText.plain(matrix["true_positives"]),
                MarkdownText.plain(matrix["false_negatives"]),
                MarkdownText.plain(matrix["false_positives"]),
                MarkdownText.plain(matrix["true_negatives"]), MarkdownText.percent(matrix["tpr"]),
                MarkdownText.percent(matrix["fpr"]), MarkdownText.percent(matrix["ppv"]),
            ])
        }
        return [
            "", "### Confusion at the cut-offs", "",
            "A row whose probability reaches the threshold counts as one that is predicted to "
                + "default:", "",
        ] + table.lines
    }

    var calibration: [String] {
        let fitted = part("calibration")?.object
        let sentence =
            fitted.map {
                "The model's probabilities are calibrated by \(code($0["method"])), fitted to "
                    + "\(MarkdownText.plain($0["rows"])) rows that neither trained nor tested it."
            } ?? "The model's probabilities are not calibrated."
        var lines = ["## Calibration", "", sentence]
        for (title, figures) in [("model", raw), ("calibrated", calibrated)] {
            guard let figures else { continue }
            lines += ["", "Bins of equal mass, \(title):", ""]
            lines += bins(figures["calibration_curve"]?.object?["equal_mass"])
        }
        return lines
    }

    private func bins(_ value: JSONValue?) -> [String] {
        var table = MarkdownTable(["rows", "mean probability", "share of defaults"])
        for bin in objects(value) {
            table.add([
                MarkdownText.plain(bin["rows"]), MarkdownText.figure(bin["predicted"]),
                MarkdownText.interval(bin["observed"]),
            ])
        }
        return table.lines
    }
}
