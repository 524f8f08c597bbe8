// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import ModelValidation
internal import ObjectStorage

/// The names of the objects of prepared data and of models.
enum ArtifactNames {
    /// The artifact that the prepared files of a folder form.
    static let data = "data"
    static let preprocessor = "preprocessor.sav"
    /// The prepared parts, without their ending: features, labels, weights where there are some.
    static func matrix(_ part: SplitPart) -> String { "X" + part.rawValue }
    static func labels(_ part: SplitPart) -> String { "y" + part.rawValue }
    static func weights(_ part: SplitPart) -> String { "w" + part.rawValue }

    /// How the rows were divided.
    static let splitFacts = "split.json"
    /// The protected columns of the rows to test with.
    static let protectedTest = "gtest.csv"
    /// The number of the cluster of each row to train on: rows of one number belong together.
    static let trainClusters = "ctrain.npy"

    /// The model as XGBoost's own JSON, in addition to the one in the inference format.
    static func exported(_ modelName: String) -> String { modelName + ".json" }

    /// The preprocessor that the model was trained with, so that each generation of a model is
    /// complete by itself.
    static func fitted(_ modelName: String) -> String { modelName + "." + preprocessor }

    /// The policy that a model is served with, where it has one of its own.
    static func policy(_ modelName: String) -> String { modelName + policyEnding }
    static let policyEnding = ".policy.json"

    /// What is known of a model, for those who must judge it.
    static func card(_ modelName: String) -> String { modelName + cardEnding }
    static let cardEnding = ".card.json"
}

/// An artifact to write, with the names that it is to have for other tools.
struct WrittenArtifact {
    let kind: ArtifactLocation.Kind
    let name: String
    /// The object that every generation has.
    let main: String
    /// The plain names that must be free, or copies of this artifact, before the work begins.
    let plainNames: [String]

    /// A model. Its name is taken; the names of what goes with it are copied to where they are
    /// free.
    static func model(_ name: String) -> Self {
        Self(kind: .model, name: name, main: name, plainNames: [name])
    }

    /// Prepared data in a format.
    /// - Parameter others: names of what is written in addition to matrices and preprocessor.
    static func prepared(
        _ format: MatrixFormat,
        parts: [SplitPart],
        others: [String]
    ) -> Self {
        let parts = parts.flatMap { [ArtifactNames.matrix($0), ArtifactNames.labels($0)] }
        return Self(
            kind: .prepared,
            name: ArtifactNames.data,
            main: ArtifactNames.preprocessor,
            plainNames: parts.map { "\($0).\(format.rawValue)" }
                + [ArtifactNames.preprocessor] + others
        )
    }
}

extension ArtifactLocation {
    /// A model in a folder.
    static func model(
        _ name: String,
        in folder: String
    ) throws(ObjectStoreError) -> ArtifactLocation {
        try ArtifactLocation(folder: folder, name: name)
    }

    /// The prepared data of a folder.
    static func prepared(in folder: String) throws(ObjectStoreError) -> ArtifactLocation {
        try ArtifactLocation(
            folder: folder,
            kind: .prepared,
            name: ArtifactNames.data,
            main: ArtifactNames.preprocessor
        )
    }
}
