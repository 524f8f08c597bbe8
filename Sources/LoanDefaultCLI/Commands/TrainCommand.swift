// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanServer
internal import LoanService
internal import LoanTraining
internal import ModelValidation

/// `loan-default train`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train an XGBoost model on prepared data.",
        discussion: """
            Writes the model under its name in the inference format, and next to it the
            same model as XGBoost JSON for other tools. The scores are of applications that
            were held out from training, as the table had them.

            Examples:
              loan-default train --local-data-path storage/data \\
                  --local-model-path storage/models --model-name model.joblib --rounds 200
              loan-default train --backend s3 --bucket loan-default --data-key data \\
                  --model-key model --model-name model.joblib
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Folder of the prepared data.")
    var localDataPath: String?

    @Option(help: "With s3: the key of the folder of the prepared data.")
    var dataKey: String?

    @Option(help: "Name of the model.")
    var modelName: String

    @Option(
        help: """
            A policy to store with the model: policy.json, s3://BUCKET/KEY, or 'standard' \
            (default: that of the model's last generation).
            """
    )
    var policy: String?

    @Option(
        help: """
            Calibrate the probabilities on the calibration part of the data: platt (for few \
            rows), isotonic (for many), beta, or none.
            """
    )
    var calibration = Calibration.Method.none

    @Option(
        help: "What people say of the model on its card: card.json, an object of texts by name."
    )
    var card: String?

    @Option(
        help: """
            The column of the age in years: the model is not stored where it raises the risk of an \
            applicant of 62 or older.
            """
    )
    var elderlyCheck: String?

    @OptionGroup(title: "Training parameters") var parameters: TrainingOptions

    @OptionGroup var work: WorkOptions

    func run() async throws {
        let preceding = try parameters.preceding()
        let request = TrainRequest(
            data: try model.place.location(
                local: localDataPath,
                .localDataPath,
                s3: dataKey,
                .dataKey,
                work
            ),
            model: try model.folder(work),
            modelName: modelName,
            parameters: try parameters.validated(),
            excluded: parameters.exclude,
            folds: preceding.folds,
            search: preceding.search,
            policy: try policy.map { try PolicyFile.choice($0) } ?? .kept,
            calibration: calibration,
            card: try card.map { try CardFile.read($0) },
            elderlyCheck: elderlyCheck
        )
        let line = ProgressLine()
        let result = try await work.run { service throws(ServiceError) in
            try await service.train(request) { progress in
                let loss = progress.logLoss.map { ", loss \(($0 * 1e5).rounded() / 1e5)" } ?? ""
                let left = progress.remaining.map { ", \($0.brief) left" } ?? ""
                line.show(
                    "training",
                    share: progress.share,
                    detail: "\(progress.title)\(loss)\(left)"
                )
                return true
            }
        }
        Terminal.warn(result.warnings)
        print(Self.report(result.scores, result.classNames))
        FittingLines.of(result.fitting).forEach { print($0) }
        if let calibration = result.calibration { print(Self.report(calibration)) }
        for line in result.validation.map(FigureLines.all) ?? [] { print(line) }
        print("trained \(modelName) in \(result.duration.brief)")
        if let policy = result.policy {
            print("policy \(policy.digest)" + (policy.isKept ? ", of the last generation" : ""))
        }
    }

    private typealias ClassNames = (negative: String, positive: String)

    private static func report(_ scores: ModelScores, _ names: ClassNames) -> String {
        switch scores {
        case .classes(let scores): report(scores, names)
        case .numbers(let scores):
            "RMSE \(scores.rmse), MAE \(scores.mae), R2 \(fixed(scores.r2)), measured on "
                + "\(scores.rowCount) applications of the table"
        }
    }

    /// The scores as scikit-learn prints its report.
    private static func report(
        _ scores: ClassificationScores,
        _ classes: ClassNames
    ) -> String {
        let width = min(40, max(14, classes.negative.count, classes.positive.count))
        func line(_ name: String, _ line: ClassificationScores.Line) -> String {
            let numbers = [line.precision, line.recall, line.f1].map { fixed($0).padded(11) }
            return String(name.prefix(width)).padded(width) + numbers.joined()
                + "\(line.support)".padded(11)
        }
        let names = ["", "precision", "recall", "f1-score", "support"]
        return [
            names[0].padded(width) + names.dropFirst().map { $0.padded(11) }.joined(),
            line(classes.negative, scores.nonDefault),
            line(classes.positive, scores.default),
            line("macro avg", scores.macroAverage),
            line("weighted avg", scores.weightedAverage),
            "accuracy \(fixed(scores.accuracy)), AUC \(fixed(scores.auc))"
                + (scores.brier.map { ", Brier score \(fixed($0))" } ?? ""),
            "measured on \(scores.weightedAverage.support) applications of the table"
                + (scores.warning == nil ? ", of which training saw no copy" : ""),
        ].joined(separator: "\n")
    }

    /// `calibrated by platt on 2000 rows: Brier score 0.0651 to 0.0649, ECE 0.0102 to 0.0061`
    private static func report(_ fitted: FittedCalibration) -> String {
        "calibrated by \(fitted.method.rawValue) on \(fitted.rowCount) rows: Brier score "
            + "\(fixed(fitted.before.brier)) to \(fixed(fitted.after.brier)), ECE "
            + "\(fixed(fitted.before.expectedError)) to \(fixed(fitted.after.expectedError))"
    }

    /// Four decimals.
    private static func fixed(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        let digits = "\(Int((value * 10_000).rounded()))"
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return padded.dropLast(4) + "." + padded.suffix(4)
    }
}

extension Calibration.Method: ExpressibleByArgument {}

extension String {
    /// Right-aligned in `width` characters.
    fileprivate func padded(_ width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
