// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Foundation
internal import LoanArtifact
internal import LoanModel
internal import ModelValidation

/// Describes the content of a stored file.
package enum StoredFile {
    /// Bytes of the largest file that is described.
    package static let bytesMax = ArtifactContainer.lengthMax

    /// Why a file cannot be described.
    package struct Unreadable: Error, CustomStringConvertible {
        /// One line for a person.
        package let description: String
    }

    /// Lines that describe a model, a preprocessor, a policy or a card.
    package static func describe(_ bytes: [UInt8]) throws(Unreadable) -> [String] {
        do {
            // A model of XGBoost has other members, so that no policy is one.
            if let policy = try? PolicyDocument.read(bytes) { return lines(of: policy) }
            if let card = try? ModelCard(reading: bytes) {
                return ["model card"] + card.markdown.split(separator: "\n").map(String.init)
            }
            if XGBoostFile.isOne(bytes) {
                return ["XGBoost model"] + lines(of: try Forest(xgboost: bytes))
            }
            switch try ArtifactContainer.kind(of: bytes) {
            case .model: return try lines(of: ModelArtifact(decoding: bytes))
            case .preprocessor:
                return lines(of: try PreprocessorArtifact.decode(bytes))
            }
        } catch {
            throw Unreadable(description: "\(error)")
        }
    }

    private static func lines(of model: ModelArtifact) throws(ArtifactError) -> [String] {
        let forest: Forest
        do {
            forest = try Forest(artifact: model)
        } catch {
            throw .invalid(field: "sections", problem: "\(error)")
        }
        let trained = Date(timeIntervalSince1970: TimeInterval(model.trainedAt))
        var lines = [
            "model in the inference format, written by \(model.producer)",
            "trained       \(trained.ISO8601Format())",
            "preprocessor  \(hexadecimal(model.preprocessorFingerprint))",
        ]
        lines += self.lines(of: forest)
        if let scores = model.scores {
            lines.append("scores        \(words(scores))")
            lines.append("measured on   \(scores.rowCount) applications held out from training")
            if let warning = scores.warning { lines.append("warning       \(warning)") }
        }
        if let calibration = model.calibration { lines.append(words(calibration)) }
        lines.append("parameters")
        lines += model.parameters.map { "  \($0.name) \($0.value)" }
        return lines
    }

    private static func lines(of policy: Policy) -> [String] {
        let text = String(decoding: PolicyDocument.text(policy), as: UTF8.self)
        return ["policy \(PolicyDocument.digest(of: policy))"]
            + text.split(separator: "\n").map(String.init)
    }

    private static func words(_ scores: ModelScores) -> String {
        switch scores {
        case .classes(let scores):
            "accuracy \(scores.accuracy), AUC \(scores.auc), default precision "
                + "\(scores.default.precision) and recall \(scores.default.recall)"
                + (scores.brier.map { ", Brier score \($0)" } ?? "")
        case .numbers(let scores): "RMSE \(scores.rmse), MAE \(scores.mae), R2 \(scores.r2)"
        }
    }

    private static func words(_ fitted: FittedCalibration) -> String {
        let curve =
            switch fitted.calibration {
            case .none: ""
            case .platt(let line): " (slope \(line.slope), intercept \(line.intercept))"
            case .isotonic(let steps): " (\(steps.margins.count) knots)"
            case .beta(let curve): " (a \(curve.a), b \(curve.b), c \(curve.c))"
            }
        return "calibrated    by \(fitted.method.rawValue)\(curve) on \(fitted.rowCount) rows: "
            + "Brier score \(fitted.before.brier) to \(fitted.after.brier), ECE "
            + "\(fitted.before.expectedError) to \(fitted.after.expectedError)"
    }

    private static func lines(of forest: Forest) -> [String] {
        let depth = (0..<forest.treeCount).map { forest.depth(ofTree: $0) }.max() ?? 0
        let encoded = forest.encodedFeatures.map { feature in
            forest.featureNames.isEmpty ? "\(feature)" : forest.featureNames[feature]
        }
        // Of many equal ones one says it all.
        let bases = Set(forest.baseScores).count == 1 ? [forest.baseScores[0]] : forest.baseScores
        let scores = bases.map { "\($0)" }.joined(separator: ", ")
        let outputs = forest.outputCount > 1 ? ", \(forest.outputCount) outputs a row" : ""
        return [
            "objective     \(forest.objective.rawValue)\(outputs), base score \(scores)",
            "forest        \(forest.treeCount) trees, \(forest.nodes.count) nodes, depth \(depth)",
        ] + (forest.earlyStopping.map { ["iterations    \($0.sentence)"] } ?? [])
            + ["features      \(forest.featureCount)"] + forest.featureNames.map { "  \($0)" }
            + encoded.map { "  \($0): codes count the model's own categories from 0" }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
