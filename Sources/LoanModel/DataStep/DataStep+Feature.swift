// SPDX-License-Identifier: Apache-2.0

import ModelValidation

/// What was learned of one raw column.
struct LearnedFeature {
    let fitted: FittedFeature
    /// How the rows to train on lie.
    let profile: ColumnProfile
}

/// One raw column, fitted and divided.
struct PreparedFeature {
    let learned: LearnedFeature
    /// The cells of each part, in order.
    let cells: [PreparedCells]
}

extension DataStep {
    /// Makes raw column `index`, fits it on its training part and prepares all parts.
    func prepareFeature(
        _ index: Int
    ) throws(DataStepError<Sink.Failure>) -> PreparedFeature {
        do throws(PreprocessorError) {
            switch source.columns[index] {
            case .numbers: return try prepareNumbers(index)
            case .categories(let column): return try prepareCategories(index, column.vocabulary)
            }
        } catch {
            throw .preprocessor(error)
        }
    }

    private func prepareNumbers(_ index: Int) throws(PreprocessorError) -> PreparedFeature {
        let feature = source.schema.features[index]
        let train = self.train.numbers(index) ?? []
        let fitted = try FittedFeature(feature, fitting: train)
        let cells = parts.map { part in
            let values = part.part == .train ? train : part.rows.numbers(index) ?? []
            return PreparedCells.numbers(fitted.columns(of: values))
        }
        let learned = LearnedFeature(fitted: fitted, profile: ColumnProfile(fitting: train))
        return PreparedFeature(learned: learned, cells: cells)
    }

    private func prepareCategories(
        _ index: Int,
        _ vocabulary: [String]
    ) throws(PreprocessorError) -> PreparedFeature {
        let feature = source.schema.features[index]
        let train = self.train.codes(index) ?? []
        let fitted = try FittedFeature(feature, fitting: train, vocabulary: vocabulary)
        let prepared = PreparedCategories(fitted, vocabulary)
        let cells = parts.map { part in
            prepared.cells(of: part.part == .train ? train : part.rows.codes(index) ?? [])
        }
        let profile = ColumnProfile(fitting: train, vocabulary: vocabulary, fitted)
        let learned = LearnedFeature(fitted: fitted, profile: profile)
        return PreparedFeature(learned: learned, cells: cells)
    }
}
