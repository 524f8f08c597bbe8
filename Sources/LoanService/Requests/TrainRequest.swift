// SPDX-License-Identifier: Apache-2.0

package import LoanTraining
package import ModelValidation

/// Trains a model on prepared data.
package struct TrainRequest: Sendable {
    /// The folder that `DataRequest` filled.
    package let data: StorageLocation
    /// The folder that receives the model.
    package let model: StorageLocation
    /// The name of the stored model.
    package let modelName: String
    /// How it is trained.
    package let parameters: TrainingParameters
    /// What is made of its probabilities.
    package let policy: PolicyChoice
    /// How its probabilities are calibrated.
    package let calibration: Calibration.Method
    /// What people say of it on its card; nil where nothing was asked for.
    package let card: CardFields?
    /// The raw feature that is the age in years, where applicants of 62 and older are looked at.
    package let elderlyCheck: String?

    /// Gathers what is asked for.
    package init(
        data: StorageLocation,
        model: StorageLocation,
        modelName: String,
        parameters: TrainingParameters = .init(),
        policy: PolicyChoice = .kept,
        calibration: Calibration.Method = .none,
        card: CardFields? = nil,
        elderlyCheck: String? = nil
    ) {
        self.data = data
        self.model = model
        self.modelName = modelName
        self.parameters = parameters
        self.policy = policy
        self.calibration = calibration
        self.card = card
        self.elderlyCheck = elderlyCheck
    }
}
