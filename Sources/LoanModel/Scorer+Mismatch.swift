// SPDX-License-Identifier: Apache-2.0

package import ForestInference

extension Scorer {
    /// Why a preprocessor and a forest do not belong together.
    package enum Mismatch: Error, Equatable, CustomStringConvertible {
        case featureCount(preprocessor: Int, forest: Int)
        /// Nothing proves that the forest's columns are the preprocessor's.
        case unnamed(columns: Int)
        /// The first column, from 0, that the forest has another name for.
        case featureName(index: Int, preprocessor: String, forest: String)
        /// The forest takes the codes of categories in an order of its own for this column.
        case categories(column: String)
        /// Two columns of a forest that is used without a preprocessor have this name.
        case repeatedName(String)
        /// The categories that the forest names cannot be used.
        case preprocessor(PreprocessorError)
        /// The forest cannot be arranged for raw input.
        case inputs(RawInputsError)

        /// What does not fit, and what to do about it: a sentence without its end.
        package var description: String {
            switch self {
            case .featureCount(let preprocessor, let forest):
                "the model takes \(forest) columns, the preprocessor prepares \(preprocessor)"
            case .unnamed(let columns):
                "the model has no feature names, and \(columns) columns may be in any order; before "
                    + "save_model (of XGBoost 1.4 or newer), set booster.feature_names to the "
                    + "columns it was trained on, which must be those that `loan-default inspect "
                    + "preprocessor.sav` lists"
            case .featureName(let index, let preprocessor, let forest):
                "column \(index) is \(preprocessor) for the preprocessor and \(forest) for the "
                    + "model; train the model on the columns that `loan-default inspect "
                    + "preprocessor.sav` lists, in that order"
            case .categories(let column):
                "the model takes codes of categories for \(column), the preprocessor prepares "
                    + "numbers; train the model on numbers"
            case .repeatedName(let name):
                "two columns of the model are called \(name); give each of its columns a name of "
                    + "its own, by booster.feature_names, before save_model"
            case .preprocessor(let error): "\(error)"
            case .inputs(let error): "\(error)"
            }
        }
    }
}
