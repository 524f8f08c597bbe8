// SPDX-License-Identifier: Apache-2.0

package import ModelValidation

/// Why the data step ends without a result.
package enum DataStepError<SinkFailure: Error>: Error {
    /// The requested number of rows is not in `1 ... limit`.
    case size(Int, limit: Int)
    /// The source has too few rows to train on one part and test with the other.
    case tooFewRows(found: Int, minimum: Int)
    /// All rows of the source are one application, which cannot be trained on and tested with.
    case oneApplication(rows: Int)
    /// The source has no labels.
    case noLabels
    /// All labels of the training part are the same, so that nothing can be learned.
    case oneClass
    /// All labels of another part are the same, so that nothing can be measured or fitted by it.
    case oneClassInPart(SplitPart)
    /// The rows cannot be divided as asked.
    case split(SplitError)
    /// All weights of the rows of a part are 0.
    case noWeight(column: String, SplitPart)
    /// A column cannot be fitted.
    case preprocessor(PreprocessorError)
    /// A sink does not take its bytes.
    case sink(SinkFailure)
}

extension DataStepError: Equatable where SinkFailure: Equatable {}
