// SPDX-License-Identifier: Apache-2.0

/// Which model a prediction asks for, and the preprocessor that goes with it.
package struct ModelReference: Hashable, Sendable {
    /// The folder of the model.
    package let model: StorageLocation
    /// `NAME`, or `NAME@GENERATION` for one generation of it.
    package let name: String
    /// The folder whose `preprocessor.sav` serves a model that is stored without its own.
    package let preprocessor: StorageLocation

    /// Gathers the three.
    package init(model: StorageLocation, name: String, preprocessor: StorageLocation) {
        self.model = model
        self.name = name
        self.preprocessor = preprocessor
    }
}
