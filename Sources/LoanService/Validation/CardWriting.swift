// SPDX-License-Identifier: Apache-2.0

internal import Digest
internal import ForestInference
internal import Foundation
internal import JSON
internal import LoanArtifact
internal import LoanModel
internal import LoanTraining
internal import ModelValidation

/// The card of a model that a training has just made.
struct CardWriting {
    /// The stored model.
    struct Stored {
        let name: String
        let generation: String
        /// In the inference format.
        let bytes: [UInt8]
        /// Program and version that trained it.
        let producer: String
        /// Seconds since 1970, UTC.
        let trainedAt: Int64
        /// What it was trained with.
        let parameters: [(name: String, value: String)]

        init(_ name: String, _ generation: String, _ bytes: [UInt8], _ artifact: ModelArtifact) {
            self.name = name
            self.generation = generation
            self.bytes = bytes
            producer = artifact.producer
            trainedAt = artifact.trainedAt
            parameters = artifact.parameters.map { ($0.name, $0.value) }
        }
    }

    let model: Stored
    let forest: Forest
    let data: CardData
    let parameters: [(name: String, value: String)]
    let policy: Policy?
    /// Nil where there is none.
    let calibration: FittedCalibration?
    let fields: CardFields
    let report: ValidationReport
    let limits: [String]

    var card: ModelCard {
        ModelCard([
            ("model", modelPart),
            ("fields", fields.json),
            ("data", data.json),
            ("parameters", .object(JSONObject(parameters.map { ($0.name, .string($0.value)) }))),
            ("constraints", .array(report.directions.map(\.json))),
            ("calibration", calibrationPart),
            ("policy", policyPart),
            (
                "figures",
                .members(["raw": report.raw.json, "calibrated": report.calibrated?.json ?? .null])
            ),
            ("fairness", .array(report.fairness.map(\.json))),
            ("elderly_check", report.elderly?.json ?? .null),
            ("limits", .texts(limits)),
        ])
    }

    private var modelPart: JSONValue {
        let trained = Date(timeIntervalSince1970: TimeInterval(model.trainedAt))
        return .members([
            "name": .string(model.name), "generation": .string(model.generation),
            "sha256": .string(Self.hexadecimal(SHA256.hash(model.bytes))),
            "trained_at": .string(trained.ISO8601Format()),
            "producer": .string(model.producer),
            "libraries": .members(["xgboost": .string(XGBoostLibrary.version)]),
            "objective": .string(forest.objective.rawValue), "trees": .integer(forest.treeCount),
            "columns": .texts(forest.featureNames),
        ])
    }

    private var calibrationPart: JSONValue {
        guard let calibration else { return .null }
        return .members([
            "method": .string(calibration.method.rawValue), "rows": .integer(calibration.rowCount),
        ])
    }

    private var policyPart: JSONValue {
        let current = policy ?? .standard
        let cutoffs = current.cutoffs
        let thresholds = PolicyThresholds(current)
        return .members([
            "digest": .string(PolicyDocument.digest(of: current)),
            "is_standard": .bool(policy == nil), "of": .string(cutoffs.measure.rawValue),
            "approve": .single(cutoffs.approve), "decline": .single(cutoffs.decline),
            "thresholds": .members([
                "approve": .single(thresholds.approve), "decline": .single(thresholds.decline),
            ]),
            "rules": .integer(current.rules.count),
        ])
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

extension ElderlyReport {
    fileprivate var json: JSONValue {
        .members([
            "column": .string(column), "in_model": .bool(elderlyRows != nil),
            "rows": elderlyRows.map { .integer($0) } ?? .null, "passes": .bool(true),
        ])
    }
}
