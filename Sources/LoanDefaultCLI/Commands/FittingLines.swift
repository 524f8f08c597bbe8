// SPDX-License-Identifier: Apache-2.0

internal import LoanService
internal import LoanTraining

/// What a training reports of its rounds, folds and trials, a line each.
enum FittingLines {
    static func of(_ report: FittingReport) -> [String] {
        var lines: [String] = []
        if let search = report.search { lines += trials(search) }
        if let folds = report.folds {
            lines.append("cross-validation on \(folds.rows.count) folds:")
            lines += folds.figures.map {
                "  \($0.name) \(rounded($0.mean)) (deviation \(rounded($0.deviation)))"
            }
        }
        if let best = report.record.best {
            lines.append(
                "best round \(best.round) of \(report.record.boosted), loss \(rounded(best.loss)) "
                    + "on the rows to stop with"
            )
        }
        if !report.excluded.isEmpty {
            lines.append("trained without \(report.excluded.joined(separator: ", "))")
        }
        return lines
    }

    private static func trials(_ search: SearchReport) -> [String] {
        let head =
            "\(search.trials.count) trials on \(search.trainRows) rows, measured on "
            + "\(search.measuredRows)" + (search.isCutShort ? ", until the time was over" : "")
        return [head + ":"]
            + search.trials.enumerated().map { place, trial in
                let values = trial.values.map { "\($0.name) \($0.value)" }
                let loss =
                    trial.rounds == 0
                    ? "not begun"
                    : "loss \(rounded(trial.best.loss)) in round \(trial.best.round) of "
                        + "\(trial.rounds)"
                return (place == search.winner ? "* " : "  ") + "\(place + 1): \(loss); "
                    + values.joined(separator: ", ")
            }
    }

    private static func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
}
