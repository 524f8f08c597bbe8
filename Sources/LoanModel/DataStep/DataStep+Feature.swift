// SPDX-License-Identifier: Apache-2.0

/// One raw column, fitted and divided.
struct PreparedFeature {
    let fitted: FittedFeature
    let train: PreparedCells
    let test: PreparedCells
}

extension DataStep {
    /// Makes raw column `index`, fits it on its training part and prepares both parts.
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
        return PreparedFeature(
            fitted: fitted,
            train: .numbers(fitted.columns(of: train)),
            test: .numbers(fitted.columns(of: test.numbers(index) ?? []))
        )
    }

    private func prepareCategories(
        _ index: Int,
        _ vocabulary: [String]
    ) throws(PreprocessorError) -> PreparedFeature {
        let feature = source.schema.features[index]
        let train = self.train.codes(index) ?? []
        let fitted = try FittedFeature(feature, fitting: train, vocabulary: vocabulary)
        let prepared = PreparedCategories(fitted, vocabulary)
        return PreparedFeature(
            fitted: fitted,
            train: prepared.cells(of: train),
            test: prepared.cells(of: test.codes(index) ?? [])
        )
    }
}
