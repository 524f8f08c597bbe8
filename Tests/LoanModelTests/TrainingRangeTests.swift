// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// Where the values of the training part lie.
@Suite struct TrainingRangeTests {
    @Test func boundsAreThoseOfSortedValues() throws {
        for seed in 0..<200 {
            let random = CounterRandom(seed: UInt64(seed), stream: 3)
            let count = 1 + random.integer(below: 4_000, at: 0)
            let values = (0..<count).map { index -> Float in
                let value = random.integer(below: 3_000, at: index + 1)
                return value < 100 ? .nan : Float(value) - 1_500
            }
            let sorted = values.filter { !$0.isNaN }.sorted()
            guard !sorted.isEmpty else { continue }
            let range = try TrainingRange(feature: "x", of: values)
            let beyond = sorted.count / 1_000
            #expect(range.minimum == sorted.first && range.maximum == sorted.last)
            #expect(range.low == sorted[beyond])
            #expect(range.high == sorted[sorted.count - 1 - beyond])
        }
    }

    @Test func oneOutlierInAThousandMovesOnlyTheEnds() throws {
        var values = (0..<2_000).map { Float(20 + $0 % 40) }
        values[7] = 144
        values[8] = -5
        let range = try TrainingRange(feature: "person_age", of: values)
        #expect(range.minimum == -5 && range.maximum == 144)
        #expect(range.low == 20 && range.high == 59)
    }

    @Test func everyFittedNumberKnowsItsRangeAndNoCategoryDoes() throws {
        let table = try sampleTable(rows: 2_000)
        for step in try Preprocessor(fitting: table).steps {
            let values = table.numbers(step.feature)
            let range = try values.map { try TrainingRange(feature: "x", of: $0) }
            #expect(step.fitted.range == range, "\(step.fitted.name)")
        }
    }

    @Test func aRangeChangesNothingThatIsComputed() throws {
        let preprocessor = try Preprocessor(fitting: sampleTable(rows: 500))
        let bare = try preprocessor.steps.map { step -> FittedFeature in
            switch step.fitted {
            case .impute(let fitted):
                .impute(try MedianImputer(feature: fitted.feature, median: fitted.median))
            case .power(let fitted):
                .power(
                    try PowerTransform(
                        feature: fitted.feature,
                        lambda: fitted.lambda,
                        mean: fitted.mean,
                        scale: fitted.scale
                    )
                )
            case .oneHot, .codes, .unchanged, .number, .date: step.fitted
            }
        }
        let older = try Preprocessor(schema: preprocessor.schema, features: bare)
        // A model stays bound to a preprocessor that was stored without ranges.
        #expect(older.canonicalBytes == preprocessor.canonicalBytes)
        #expect(older != preprocessor)
    }

    @Test(
        arguments: [
            [1, 0, 0, 1], [0, 1, 2, 1], [0, -1, 0, 1], [0, 1, 0.75, 0.5], [.nan, 1, 0, 1],
            [0, .nan, 0, 1], [0, 1, .nan, 1], [0, 1, 0, .nan], [-.infinity, 1, 0, 1],
            [0, .infinity, 0, 1],
        ] as [[Float]]
    )
    func boundsAreFiniteAndInOrder(bounds: [Float]) {
        #expect(throws: PreprocessorError.parameter(feature: "x", name: "range")) {
            try TrainingRange(
                feature: "x",
                minimum: bounds[0],
                maximum: bounds[1],
                low: bounds[2],
                high: bounds[3]
            )
        }
    }

    @Test func aColumnWithoutValuesHasNoRange() {
        #expect(throws: PreprocessorError.noValues(feature: "x")) {
            try TrainingRange(feature: "x", of: [.nan])
        }
    }
}
