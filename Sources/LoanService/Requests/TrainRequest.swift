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
    /// Raw features that it is trained without.
    package let excluded: [String]
    /// Folds of a cross-validation that is done before, in `FoldPlan.countRange`; nil: none.
    package let folds: Int?
    /// A search for its parameters; nil: it is trained with those that are given.
    package let search: SearchPlan?
    /// What is made of its probabilities.
    package let policy: PolicyChoice
    /// How its probabilities are calibrated.
    package let calibration: Calibration.Method
    /// What people say of it on its card; nil where nothing was asked for.
    package let card: CardFields?
    /// The raw feature that is the age in years, where applicants of 62 and older are looked at.
    package let elderlyCheck: String?

    /// Whether rows to train on are divided into folds, or may be.
    var dividesRows: Bool { folds != nil || search != nil }

    /// Whether it is measured, after each round, on the rows to stop early with, if there are some.
    var watchesRows: Bool { parameters.earlyStoppingRounds > 0 || search != nil }

    /// Gathers what is asked for.
    package init(
        data: StorageLocation,
        model: StorageLocation,
        modelName: String,
        parameters: TrainingParameters = .init(),
        excluded: [String] = [],
        folds: Int? = nil,
        search: SearchPlan? = nil,
        policy: PolicyChoice = .kept,
        calibration: Calibration.Method = .none,
        card: CardFields? = nil,
        elderlyCheck: String? = nil
    ) {
        self.data = data
        self.model = model
        self.modelName = modelName
        self.parameters = parameters
        self.excluded = excluded
        self.folds = folds
        self.search = search
        self.policy = policy
        self.calibration = calibration
        self.card = card
        self.elderlyCheck = elderlyCheck
    }
}
