// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanModel
internal import LoanTraining

extension ServedModel {
    /// Why a file cannot be used as a model: one line.
    package struct FileFailure: Error, CustomStringConvertible {
        /// One line for a person.
        package let description: String
    }

    /// A model of XGBoost as it is, by its file: no preprocessor, no storage.
    /// - Parameters:
    ///   - bytes: XGBoost's JSON or UBJSON.
    ///   - iterations: those that count.
    ///   - threadCount: threads that share large batches; nil takes what the machine grants.
    package convenience init(
        file bytes: [UInt8],
        iterations: ModelIterations = .best,
        threadCount: Int? = nil
    ) throws(FileFailure) {
        guard XGBoostFile.isOne(bytes) else {
            throw FileFailure(
                description: "is no model in XGBoost's own format; one that was trained here has a "
                    + "preprocessor: name its folder and its name instead of its file"
            )
        }
        let scorer: Scorer
        do {
            let threadCount = threadCount ?? ThreadBudget.available()
            scorer = try Scorer(
                passing: CompiledForest(
                    Forest(xgboost: bytes, iterations: iterations.iterations)
                ),
                pool: threadCount > 1 ? ScoringPool(threadCount: threadCount) : nil
            )
        } catch {
            throw FileFailure(description: "\(error)")
        }
        self.init(scorer: scorer, isPrepared: false)
    }
}
