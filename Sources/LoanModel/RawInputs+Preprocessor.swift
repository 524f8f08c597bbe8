// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

extension RawInputs {
    /// The raw columns in the schema's order, each with its exact preparation.
    init(_ preprocessor: Preprocessor) {
        self.init(numeric: [], categories: [])
        var numberCount = 0
        for index in preprocessor.schema.features.indices {
            let step = preprocessor.step(ofFeature: index)
            switch step.fitted.carrier {
            case .code: categories.append(.oneHot(features: Array(step.columns)))
            case .number:
                numeric += Self.columns(of: step, source: numberCount)
                numberCount += 1
            }
        }
    }

    private static func columns(
        of step: Preprocessor.Step,
        source: Int
    ) -> [NumericColumn] {
        let first = step.columns.lowerBound
        switch step.fitted {
        case .impute(let imputer):
            return [
                NumericColumn(feature: first, source: source, imputation: imputer.prepare(.nan))
            ]
        case .power(let power):
            return [NumericColumn(feature: first, source: source) { power.prepare($0) }]
        case .unchanged, .codes: return [NumericColumn(feature: first, source: source)]
        case .number(let number):
            let fill = number.fill.map { Float($0) }
            guard number.scaling != .none else {
                return [NumericColumn(feature: first, source: source, imputation: fill)]
            }
            // A value that stands in for a missing one is transformed like all others.
            return [
                NumericColumn(feature: first, source: source, imputation: fill) {
                    number.prepare($0)
                }
            ]
        case .date(let date):
            return date.parts.enumerated().map { place, part in
                guard part != .days else {
                    return NumericColumn(feature: first + place, source: source)
                }
                return NumericColumn(
                    feature: first + place,
                    source: source,
                    isRising: part == .year
                ) {
                    FittedDate.value(part, of: $0)
                }
            }
        case .oneHot(let encoder):
            return encoder.categories.indices.map { code in
                // No code is negative: a missing category is none of them.
                NumericColumn(
                    feature: first + code,
                    source: source,
                    imputation: -1,
                    isRising: false
                ) {
                    $0 == Float(code) ? 1 : 0
                }
            }
        }
    }
}
