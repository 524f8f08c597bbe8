// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
internal import LoanModel

// The container's checksum refuses whatever mutation makes of it, so the input is the payload and
// the container is closed around it.

extension FuzzTarget {
    /// The payload of a stored model.
    static let modelArtifact = FuzzTarget(
        name: "model-artifact",
        seeds: {
            let forest = try? Forest(xgboost: Array(ModelSeed.json.utf8))
            let artifact = ModelArtifact(
                producer: "fuzz",
                trainedAt: 1,
                preprocessorFingerprint: Array(repeating: 7, count: 32),
                featureNames: ["a", "b"],
                parameters: [.init(name: "eta", value: "0.02")],
                scores: nil,
                sections: forest?.artifactSections ?? []
            )
            return [Array(artifact.encoded().dropFirst(ArtifactContainer.headerLength))]
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
