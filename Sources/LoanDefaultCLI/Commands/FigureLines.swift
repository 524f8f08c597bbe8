// SPDX-License-Identifier: Apache-2.0

internal import Foundation
internal import LoanService
internal import ModelValidation

/// The figures of a training with their intervals, as lines for a terminal.
enum FigureLines {
    /// Those of the model's own probabilities and, where it is calibrated, of the calibrated ones.
    static func all(_ report: ValidationReport) -> [String] {
        var lines = [line("figures", report.raw)]
        if let calibrated = report.calibrated { lines.append(line("calibrated", calibrated)) }
        if let elderly = report.elderly { lines.append(line(elderly)) }
        return lines
    }

    private static func line(_ title: String, _ figures: ValidationFigures) -> String {
        let parts = [
            figures.area.map { "AUC " + fixed($0.value, $0.interval()) },
            figures.area.map { "Gini " + fixed($0.gini, $0.giniInterval()) },
            figures.separation.map { "KS " + fixed($0.value) },
            "Brier " + fixed(figures.brier.mean.value, figures.brier.mean.interval()),
            "log loss " + fixed(figures.logLoss.mean.value, figures.logLoss.mean.interval()),
            "ECE " + fixed(figures.widthError.expected),
        ]
        return "\(title): " + parts.compactMap(\.self).joined(separator: ", ")
    }

    private static func line(_ report: ElderlyReport) -> String {
        guard let rows = report.elderlyRows else {
            return "\(report.column) is no feature of the model: nobody gets a value for it"
        }
        return "of \(rows) applicants of 62 and older \(report.column) raises the risk of none"
    }

    private static func fixed(_ value: Double, _ interval: Interval? = nil) -> String {
        let text = String(format: "%.4f", value)
        guard let interval else { return text }
        return text + String(format: " (%.4f to %.4f)", interval.lower, interval.upper)
    }
}
