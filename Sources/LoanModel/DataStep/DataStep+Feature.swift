// SPDX-License-Identifier: Apache-2.0

/// One raw column, fitted and divided.
struct PreparedFeature {
    /// The cells of both parts.
    enum Cells {
        /// Prepared numbers, column after column.
        case numbers(train: [[Float]], test: [[Float]])
        /// The table's codes, and what becomes of them.
        case categories(PreparedCategories, train: [UInt16], test: [UInt16])
    }

    let fitted: FittedFeature
    let cells: Cells
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
            cells: .numbers(
                train: fitted.columns(of: train),
                test: fitted.columns(of: self.test.numbers(index) ?? [])
            )
        )
    }

    private func prepareCategories(
        _ index: Int,
        _ vocabulary: [String]
    ) throws(PreprocessorError) -> PreparedFeature {
        let feature = source.schema.features[index]
        let train = self.train.codes(index) ?? []
        let fitted = try FittedFeature(feature, fitting: train, vocabulary: vocabulary)
        return PreparedFeature(
            fitted: fitted,
            cells: .categories(
                PreparedCategories(fitted, vocabulary),
                train: train,
                test: self.test.codes(index) ?? []
            )
        )
    }
}
