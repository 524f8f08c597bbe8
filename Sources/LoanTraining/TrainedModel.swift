// SPDX-License-Identifier: Apache-2.0

package import LoanModel

/// The result of a training.
package struct TrainedModel: Sendable {
    /// The model in XGBoost's JSON.
    package let xgboost: [UInt8]
    /// What each column gave, in the columns' order; without those that no split looks at.
    package let importances: [FeatureImportance]
    /// How its rounds went.
    package let record: BoostingRecord
}
