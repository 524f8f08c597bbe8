// SPDX-License-Identifier: Apache-2.0

/// Which model a prediction asks for, and the preprocessor that goes with it.
package struct ModelReference: Hashable, Sendable {
    /// The folder of the model; or its file, whatever the name.
    package let model: StorageLocation
    /// `NAME`, or `NAME@GENERATION` for one generation of it.
    package let name: String
    /// The folder whose `preprocessor.sav` serves a model that is stored without its own. Nil
    /// where none is named: then that of the model's folder, where there is one, and a model in
    /// XGBoost's own format is served as it is where there is none.
    package let preprocessor: StorageLocation?
    /// Whether the one model of the folder is meant, whatever its name, where none has the name.
    package let takesOnlyModel: Bool
    /// The iterations that count, of a model in XGBoost's own format.
    package let iterations: ModelIterations

    /// Gathers the parts.
    package init(
        model: StorageLocation,
        name: String,
        preprocessor: StorageLocation?,
        takesOnlyModel: Bool = false,
        iterations: ModelIterations = .best
    ) {
        self.model = model
        self.name = name
        self.preprocessor = preprocessor
        self.takesOnlyModel = takesOnlyModel
        self.iterations = iterations
    }

    /// The same model with these iterations.
    package func with(_ iterations: ModelIterations) -> ModelReference {
        ModelReference(
            model: model,
            name: name,
            preprocessor: preprocessor,
            takesOnlyModel: takesOnlyModel,
            iterations: iterations
        )
    }
}
