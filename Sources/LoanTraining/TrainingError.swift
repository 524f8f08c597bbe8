// SPDX-License-Identifier: Apache-2.0

/// Why a training gave no model.
package enum TrainingError: Error {
    case parameters(TrainingParameterError)
    case library(XGBoostError)
    /// All labels are equal, or there is no row: nothing can be learned.
    case oneClassOnly
    case cancelled
}
