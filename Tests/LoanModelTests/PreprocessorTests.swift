// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

@Suite struct PreprocessorTests {
    private func fitted(_ rows: Int = 2_000) throws -> Preprocessor {
        try Preprocessor(fitting: sampleTable(rows: rows))
    }

    @Test func preparedColumnsFollowTheDocumentedOrder() throws {
        let names = try fitted().columnNames
        #expect(names.count == 26)
        #expect(
            names.prefix(9) == [
                "loan_int_rate", "person_emp_length", "cb_person_cred_hist_length", "person_age",
                "person_income", "loan_amnt", "loan_percent_income",
                "person_home_ownership_MORTGAGE", "person_home_ownership_OTHER",
            ]
        )
        #expect(names.suffix(2) == ["cb_person_default_on_file_N", "cb_person_default_on_file_Y"])
    }

    @Test func bulkAndSingleValuesAgreeBitForBit() throws {
        let table = try sampleTable(rows: 2_000)
        let preprocessor = try Preprocessor(fitting: table)
        let prepared = try preprocessor.transform(table)
        for step in preprocessor.steps {
            guard let values = table.numbers(step.feature) else { continue }
            let prepare = try #require(step.fitted.functions?.first)
            let column = prepared[step.columns.lowerBound]
            #expect(values.map { prepare($0).bitPattern } == column.map(\.bitPattern))
        }
    }

    @Test func preparationNeverDecreases() throws {
        let preprocessor = try fitted()
        for step in preprocessor.steps {
            guard let prepare = step.fitted.functions?.first else { continue }
            let values = stride(from: Float(-1_000), to: 1_000_000, by: 37.3).map { prepare($0) }
            #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 }, "\(step.fitted.name)")
        }
    }

    @Test func unknownAndMissingCategoriesEncodeAsZeros() throws {
        let preprocessor = try fitted()
        let table = try CSVReader.table(
            Array(awkwardCSV.utf8),
            schema: .creditRisk,
            labels: .ignored
        )
        let prepared = try preprocessor.transform(table)
        func ones(_ feature: String, row: Int) throws -> Float {
            let index = try #require(TableSchema.creditRisk.featureIndex(named: feature))
            let step = preprocessor.step(ofFeature: index)
            return step.columns.reduce(0) { $0 + prepared[$1][row] }
        }
        #expect(try ones("person_home_ownership", row: 0) == 1)
        #expect(try ones("person_home_ownership", row: 1) == 0)
        #expect(try ones("loan_grade", row: 2) == 0)
    }

    @Test func missingNumbersAreImputedOrStayMissing() throws {
        let impute = try MedianImputer(feature: "loan_int_rate", fitting: [3, .nan, 1, 2, 10])
        #expect(impute.median == 2.5)
        #expect(impute.prepare(.nan) == 2.5)
        #expect(impute.prepare(7) == 7)
        let power = try PowerTransform(feature: "person_age", fitting: [1, .nan, 2, 3])
        #expect(power.prepare(.nan).isNaN)
    }

    @Test func mediansAreThoseOfSortedValues() throws {
        for seed in 0..<200 {
            let random = CounterRandom(seed: UInt64(seed), stream: 1)
            let count = 1 + random.integer(below: 60, at: 0)
            let range = 1 + random.integer(below: 12, at: 1)
            let values = (0..<count).map { Float(random.integer(below: range, at: $0 + 2)) }
            let sorted = values.sorted().map(Double.init)
            let expected = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
            #expect(try MedianImputer(feature: "x", fitting: values).median == expected)
        }
    }

    @Test func aColumnWithoutValuesCannotBeFitted() {
        let error = PreprocessorError.noValues(feature: "x")
        #expect(throws: error) { try MedianImputer(feature: "x", fitting: [.nan]) }
        #expect(throws: error) { try PowerTransform(feature: "x", fitting: [.nan, .nan]) }
        #expect(throws: error) {
            try OneHotEncoder(feature: "x", fitting: [255], vocabulary: ["A"])
        }
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
    func mediansAreFiniteFloats(median: Double) {
        #expect(throws: PreprocessorError.parameter(feature: "x", name: "median")) {
            try MedianImputer(feature: "x", median: median)
        }
    }

    @Test(
        arguments: [
            (Double.nan, 0.0, 1.0, "lambda"), (.infinity, 0, 1, "lambda"), (1, .nan, 1, "mean"),
            (1, -.infinity, 1, "mean"), (1, 0, 0, "scale"), (1, 0, -1, "scale"),
            (1, 0, .nan, "scale"), (1, 0, .infinity, "scale"),
        ]
    )
    func powerParametersAreChecked(lambda: Double, mean: Double, scale: Double, name: String) {
        #expect(throws: PreprocessorError.parameter(feature: "x", name: name)) {
            try PowerTransform(feature: "x", lambda: lambda, mean: mean, scale: scale)
        }
    }

    @Test func categoryListsAreChecked() throws {
        func encoder(_ categories: [String]) throws -> OneHotEncoder {
            try OneHotEncoder(feature: "x", categories: categories)
        }
        #expect(throws: PreprocessorError.categoryOrder(feature: "x")) { try encoder(["B", "A"]) }
        #expect(throws: PreprocessorError.categoryOrder(feature: "x")) { try encoder(["A", "A"]) }
        let many = (100_000..<200_000).map(String.init)
        let limit = TableLimits.oneHotCategoriesMax
        func tooMany(_ count: Int) -> PreprocessorError {
            .tooManyCategories(feature: "x", count: count, limit: limit)
        }
        #expect(throws: tooMany(100_000)) { try encoder(many) }
        #expect(throws: tooMany(limit + 1)) { try encoder(Array(many.prefix(limit + 1))) }
        #expect(try encoder(Array(many.prefix(limit))).categories.count == limit)
        #expect(throws: PreprocessorError.categoryTooLong(feature: "x", bytes: 129)) {
            try encoder([String(repeating: "x", count: 129)])
        }
        #expect(try encoder([String(repeating: "x", count: 128)]).categories.count == 1)
    }

    @Test func stepsAreThoseOfTheSchema() throws {
        let features = try fitted().steps.map(\.fitted)
        let names = features.map(\.name)
        #expect(throws: PreprocessorError.features(expected: names, found: Array(names.dropLast())))
        {
            try Preprocessor(schema: .creditRisk, features: Array(features.dropLast()))
        }
        var swapped = features
        swapped.swapAt(0, 1)
        #expect(throws: PreprocessorError.features(expected: names, found: swapped.map(\.name))) {
            try Preprocessor(schema: .creditRisk, features: swapped)
        }
        var other = features
        other[0] = .power(try PowerTransform(feature: names[0], lambda: 1, mean: 0, scale: 1))
        #expect(throws: PreprocessorError.preparation(feature: names[0])) {
            try Preprocessor(schema: .creditRisk, features: other)
        }
        let again = try Preprocessor(
            schema: .creditRisk,
            features: features,
            profiles: fitted().steps.compactMap(\.profile)
        )
        #expect(try again == fitted())
    }

    @Test func canonicalBytesDifferWhereverAParameterDoes() throws {
        let base = try fitted()
        let features = base.steps.map(\.fitted)
        #expect(try base.canonicalBytes == fitted().canonicalBytes)
        var seen: Set<[UInt8]> = [base.canonicalBytes]
        for (index, feature) in features.enumerated() {
            for variant in try variants(of: feature) {
                var changed = features
                changed[index] = variant
                let other = try Preprocessor(schema: .creditRisk, features: changed)
                #expect(seen.insert(other.canonicalBytes).inserted, "\(feature.name)")
            }
        }
    }

    private func variants(of feature: FittedFeature) throws -> [FittedFeature] {
        switch feature {
        case .impute(let step):
            [.impute(try MedianImputer(feature: step.feature, median: step.median.nextUp))]
        case .power(let step):
            try [(1.0, 0.0, 0.0), (0, 1, 0), (0, 0, 1)].map { lambda, mean, scale in
                .power(
                    try PowerTransform(
                        feature: step.feature,
                        lambda: step.lambda + lambda,
                        mean: step.mean + mean,
                        scale: step.scale + scale
                    )
                )
            }
        case .unchanged, .number, .date, .codes:
            preconditionFailure("the documented schema asks for none of these")
        case .oneHot(let step):
            [
                .oneHot(
                    try OneHotEncoder(
                        feature: step.feature,
                        categories: Array(step.categories.dropLast())
                    )
                )
            ]
        }
    }
}
