// SPDX-License-Identifier: Apache-2.0

/// Leaves a number as it is: trees need no transform, and XGBoost has a way for missing values.
package struct UnchangedNumber: Sendable, Equatable {
    /// Name of the raw column.
    package let feature: String
    /// Where the training values lie; nil where they are not known.
    package let range: TrainingRange?

    /// Takes a known range.
    package init(feature: String, range: TrainingRange? = nil) {
        self.feature = feature
        self.range = range
    }

    /// Notes where the values lie.
    /// - Throws: `PreprocessorError.noValues` if all are missing.
    package init(feature: String, fitting values: [Float]) throws(PreprocessorError) {
        self.init(feature: feature, range: try TrainingRange(feature: feature, of: values))
    }
}
