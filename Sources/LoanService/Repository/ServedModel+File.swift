// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import LoanArtifact
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
        guard XGBoostFile.isOne(bytes) else { throw FileFailure(foreign: bytes) }
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

extension ServedModel.FileFailure {
    /// What is wrong with a file that is not in XGBoost's own format.
    fileprivate init(foreign bytes: [UInt8]) {
        do {
            _ = try ArtifactContainer.kind(of: bytes)
            description =
                "was trained here and has a preprocessor: name its folder and its name instead of "
                + "its file"
        } catch {
            description = "\(error)"
        }
    }
}
