// SPDX-License-Identifier: Apache-2.0

/// How the objects of prepared data and of models are called.
enum ArtifactNames {
    /// The artifact that the prepared files of a folder form.
    static let data = "data"
    static let preprocessor = "preprocessor.sav"
    /// The prepared parts, without their ending.
    static let trainMatrix = "Xtrain"
    static let trainLabels = "ytrain"
    static let testMatrix = "Xtest"
    static let testLabels = "ytest"

    /// The model as XGBoost's own JSON, beside the one in the inference format.
    static func exported(_ modelName: String) -> String { modelName + ".json" }

    /// The preprocessor that the model was trained with, so that each generation of a model is
    /// complete by itself.
    static func fitted(_ modelName: String) -> String { modelName + "." + preprocessor }
}
