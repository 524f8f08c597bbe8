// SPDX-License-Identifier: Apache-2.0

/// One raw column, fitted and divided.
struct PreparedFeature {
    /// The cells of both parts.
    enum Cells {
        /// Prepared numbers.
        case numbers(train: [Float], test: [Float])
        /// Categories as indices into the encoder's; `CategoryColumn.missing` for none of them.
        case categories(count: Int, train: [UInt8], test: [UInt8])
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
        var train = self.train.numbers(index) ?? []
        let fitted = try FittedFeature(feature, fitting: train)
        fitted.prepare(&train)
        var test = self.test.numbers(index) ?? []
        fitted.prepare(&test)
        return PreparedFeature(fitted: fitted, cells: .numbers(train: train, test: test))
    }

    private func prepareCategories(
        _ index: Int,
        _ vocabulary: [String]
    ) throws(PreprocessorError) -> PreparedFeature {
        let feature = source.schema.features[index]
        let train = self.train.codes(index) ?? []
        let test = self.test.codes(index) ?? []
        let encoder = try OneHotEncoder(
            feature: feature.name,
            fitting: train,
            vocabulary: vocabulary
        )
        let map = encoder.indices(of: vocabulary)
        return PreparedFeature(
            fitted: .oneHot(encoder),
            cells: .categories(
                count: encoder.categories.count,
                train: train.map { map[Int($0)] },
                test: test.map { map[Int($0)] }
            )
        )
    }
}
