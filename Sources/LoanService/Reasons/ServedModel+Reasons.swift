// SPDX-License-Identifier: Apache-2.0

package import LoanModel

extension ServedModel {
    /// Why rows have their scores.
    /// - Parameters:
    ///   - contributions: of the raw features of some rows of `batch`.
    ///   - batch: rows in raw features.
    ///   - firstRow: the first one that is explained; those after it follow.
    ///   - classes: the predicted class of each row of the batch; nil for a model of one margin.
    package func explanations(
        _ contributions: RowContributions,
        of batch: ScoringRows,
        from firstRow: Int = 0,
        classes: [Int]?,
        _ request: ReasonRequest
    ) -> [Explanation] {
        let catalogue = ReasonCatalogue(self)
        let values = RawValues(self, batch)
        return (0..<contributions.rowCount).map { row in
            let output = classes?[firstRow + row] ?? 0
            let sums = Array(contributions.sums(ofRow: row, output: output))
            let raising = sums.indices.filter { sums[$0] > 0 }
            // Of equal sums the first in the schema is first.
            let ordered = raising.sorted { (sums[$1], $0) < (sums[$0], $1) }
                .prefix(request.count)
            return Explanation(
                classIndex: classes?[firstRow + row],
                margin: contributions.margins[row * contributions.outputCount + output],
                base: contributions.bases[output],
                reasons: ordered.map { index in
                    catalogue.reason(
                        index,
                        value: values.value(ofFeature: index, row: firstRow + row),
                        contribution: contributions.margin(of: sums[index])
                    )
                },
                contributions: request.includesContributions
                    ? sums.map { contributions.margin(of: $0) } : nil,
                sums: Explanation.Sums(
                    reasons: ordered.map { .init(feature: $0, sum: sums[$0]) },
                    all: request.includesContributions ? sums : [],
                    unit: contributions.unit
                )
            )
        }
    }

    /// Whether each row has one margin that reasons are about.
    package func checkReasons() throws(ServiceError) {
        guard outputCount == 1 || prediction.hasClasses else {
            throw .invalid(
                .modelName,
                "no reasons: the model predicts \(outputCount) values a row, and reasons are about "
                    + "one; its contributions can be had, of each value",
                kind: .unmet
            )
        }
    }

    /// The values of raw features, as the model has taken them.
    private struct RawValues {
        private let features: [Feature]
        private let rowCount: Int
        private var numbers: [Float] = []
        private var codes: [UInt8] = []
        /// Where the column of each feature begins in its matrix.
        private var places: [Int] = []

        init(_ model: ServedModel, _ batch: ScoringRows) {
            features = model.features
            rowCount = batch.rowCount
            guard case .raw(let numbers, let codes) = batch.form else { return }
            self.numbers = numbers
            self.codes = codes
            var ends = (numbers: 0, codes: 0)
            for feature in features {
                switch feature.carrier {
                case .number:
                    places.append(ends.numbers)
                    ends.numbers += rowCount
                case .code:
                    places.append(ends.codes)
                    ends.codes += rowCount
                }
            }
        }

        func value(ofFeature index: Int, row: Int) -> Reason.Value {
            guard places.indices.contains(index) else { return .missing }
            let feature = features[index]
            switch feature.carrier {
            case .code:
                let code = codes[places[index] + row]
                return code == missingCode ? .missing : category(Int(code), of: feature)
            case .number:
                let number = numbers[places[index] + row]
                guard feature.kind == .category, !feature.categories.isEmpty else {
                    return number.isNaN ? .missing : .number(number)
                }
                if number.isNaN {
                    return CategoryVocabulary.isUnknown(number) ? .unknown : .missing
                }
                return category(Int(exactly: number) ?? -1, of: feature)
            }
        }

        private func category(_ code: Int, of feature: Feature) -> Reason.Value {
            feature.categories.indices.contains(code) ? .text(feature.categories[code]) : .unknown
        }
    }
}
