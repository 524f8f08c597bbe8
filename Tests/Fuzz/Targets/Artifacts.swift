// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel
internal import ModelValidation

// The container's checksum refuses whatever mutation makes of it, so the input is the payload and
// the container is closed around it.

extension FuzzTarget {
    /// The payload of a stored model.
    static let modelArtifact = FuzzTarget(
        name: "model-artifact",
        seeds: {
            let models = [ModelSeed.json, ModelSeed.classes, ModelSeed.linear, ModelSeed.stopped]
            return zip(models, calibrations).map { model, calibration in
                let forest = try? Forest(xgboost: Array(model.utf8))
                let artifact = ModelArtifact(
                    producer: "fuzz",
                    trainedAt: 1,
                    preprocessorFingerprint: Array(repeating: 7, count: 32),
                    featureNames: ["a", "b"],
                    parameters: [.init(name: "eta", value: "0.02")],
                    scores: nil,
                    calibration: calibration,
                    scoreProfile: ColumnProfile(fitting: [0.1, 0.2, 0.2, 0.7]),
                    sections: forest?.artifactSections ?? []
                )
                return Array(artifact.encoded().dropFirst(ArtifactContainer.headerLength))
            }
        },
        run: { bytes in
            let sealed = ArtifactContainer.seal(bytes, kind: .model)
            let artifact = accepted { () throws(ArtifactError) in
                try ModelArtifact(decoding: sealed)
            }
            guard let artifact else { return nil }
            let again = accepted { () throws(ArtifactError) in
                try ModelArtifact(decoding: artifact.encoded())
            }
            guard let again, again.encoded() == artifact.encoded() else {
                return "an accepted model does not come back the same"
            }
            let forest = accepted { () throws(ForestError) in try Forest(artifact: artifact) }
            return forest.flatMap { ForestCheck.run($0) }
        }
    )

    /// A calibration of each kind, and none.
    private static var calibrations: [FittedCalibration?] {
        let quality = FittedCalibration.Quality(brier: 0.1, expectedError: 0.05)
        let all: [Calibration?] = [
            (try? PlattCalibration(slope: 1.5, intercept: -0.25)).map { .platt($0) },
            (try? IsotonicCalibration(margins: [-1, 2], probabilities: [0.1, 0.9]))
                .map { .isotonic($0) },
            (try? BetaCalibration(a: 1, b: 0.5, c: 0)).map { .beta($0) },
            nil,
        ]
        return all.map { calibration in
            calibration.map {
                FittedCalibration($0, rowCount: 9, before: quality, after: quality)
            }
        }
    }

    /// The payload of a stored preprocessor.
    static let preprocessor = FuzzTarget(
        name: "preprocessor",
        seeds: { [Array(PreprocessorSeed.sealed.dropFirst(ArtifactContainer.headerLength))] },
        run: { bytes in
            let sealed = ArtifactContainer.seal(bytes, kind: .preprocessor)
            let read = { (bytes: [UInt8]) in
                accepted { () throws(ArtifactError) in
                    try PreprocessorArtifact.decode(bytes)
                }
            }
            guard let preprocessor = read(sealed) else { return nil }
            let encoded = PreprocessorArtifact.encode(preprocessor, producer: "fuzz")
            return read(encoded) == preprocessor
                ? nil : "an accepted preprocessor does not come back the same"
        }
    )
}

/// A preprocessor that was fitted to a few generated applications.
enum PreprocessorSeed {
    static let sealed: [UInt8] = {
        let file = SampleApplications(rows: 200, seed: 1).csv()
        guard let table = try? CSVReader.table(file, schema: .creditRisk, labels: .required),
            let fitted = try? Preprocessor(fitting: table)
        else { return [] }
        return PreprocessorArtifact.encode(fitted, producer: "fuzz")
    }()
}
