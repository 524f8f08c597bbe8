// SPDX-License-Identifier: Apache-2.0

import DecisionRecord
import Digest
import Foundation
import LoanArtifact
import LoanModel
import LoanService
import ModelValidation

/// The files of a calibrated model with a policy of its own, and the model as a server has it.
struct RecordedModelFiles {
    let model: [UInt8]
    let preprocessor: [UInt8]
    let policy: [UInt8]
    let served: ServedModel

    /// - Parameter trained: the model.
    init(_ trained: TestModel) async throws {
        var artifact = try trained.artifact()
        let quality = FittedCalibration.Quality(brier: 0.1, expectedError: 0.05)
        artifact.calibration = FittedCalibration(
            .platt(try PlattCalibration(slope: 1.25, intercept: -0.125)),
            rowCount: 9,
            before: quality,
            after: quality
        )
        model = artifact.encoded()
        preprocessor = PreprocessorArtifact.encode(trained.preprocessor, producer: "a test")
        policy = PolicyDocument.text(Self.rules)
        let folder = try ServiceFolder()
        try folder.write("models/model.joblib", model)
        try folder.write("models/model.joblib.policy.json", policy)
        try folder.write("data/preprocessor.sav", preprocessor)
        served = try await folder.service().model(.named("model.joblib"))
    }

    private static let rules = Policy(
        bands: PolicyBands(.points, names: ["thin", "fair", "good"], bounds: [500, 560]),
        rules: [
            KnockoutRule(
                code: "YOUNG",
                text: "The applicant is young",
                feature: "person_age",
                .below,
                [.number(24)],
                decision: .refer
            ),
            KnockoutRule(
                code: "VENTURE",
                text: "Ventures are looked at",
                feature: "loan_intent",
                .oneOf,
                [.text("VENTURE")]
            ),
        ]
    )

    /// What a record says of it.
    func context(isPrepared: Bool = false) -> DecisionContext {
        let features = served.features.map { feature in
            DecisionContext.Feature(
                name: feature.name,
                kind: feature.kind == .category ? .category : .number,
                isCode: feature.carrier == .code,
                categories: feature.categories
            )
        }
        let policy = served.policy.bound.policy
        return DecisionContext(
            model: "model.joblib",
            generation: "20261124T005500Z-1f2e3d4c",
            modelDigest: SHA256.hash(model),
            preprocessorDigest: SHA256.hash(preprocessor),
            policyDigest: SHA256.hash(self.policy),
            build: "loan-default of a test",
            kind: "probability",
            features: isPrepared
                ? served.preparedFeatureNames.map { .init(name: $0, kind: .number) } : features,
            kernels: served.kernelNames,
            isPrepared: isPrepared,
            bands: policy.bands.names,
            rules: policy.rules.map(\.code)
        )
    }
}
