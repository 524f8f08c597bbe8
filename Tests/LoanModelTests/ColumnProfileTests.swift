// SPDX-License-Identifier: Apache-2.0

import LoanModel
import Testing

/// How the rows of a part lie over bins.
@Suite struct ColumnProfileTests {
    private static func values(_ count: Int, seed: UInt64, distinct: Int) -> [Float] {
        let random = CounterRandom(seed: seed, stream: 5)
        return (0..<count).map { index -> Float in
            let value = random.integer(below: distinct, at: index)
            return value % 17 == 3 ? .nan : Float(value) - Float(distinct / 3)
        }
    }

    @Test(arguments: [(1, 9), (40, 5), (3_000, 8), (3_000, 100_000), (70_000, 90_000)])
    func edgesAreTenthsOfTheValuesThatAreThere(count: Int, distinct: Int) throws {
        let values = Self.values(count, seed: UInt64(count), distinct: distinct)
        let sorted = values.filter { !$0.isNaN }.sorted()
        let profile = ColumnProfile(fitting: values)
        guard case .numbers(let edges) = profile.bins else {
            Issue.record("the bins are those of a number")
            return
        }
        var expected: [Float] = []
        for tenth in 1..<10 where !sorted.isEmpty {
            let edge = sorted[max(0, (sorted.count * tenth + 9) / 10 - 1)]
            if edge < sorted[sorted.count - 1], edge > expected.last ?? -.infinity {
                expected.append(edge)
            }
        }
        if let last = sorted.last, expected.isEmpty { expected = [last.nextDown, last] }
        #expect(edges == expected)
        let bounds = [-.infinity] + edges + [.infinity]
        for (bin, count) in profile.counts.enumerated() {
            #expect(count == sorted.count { $0 > bounds[bin] && $0 <= bounds[bin + 1] })
        }
        #expect(profile.missingCount == values.count - sorted.count)
        #expect(profile.rowCount == values.count)
    }

    @Test func aConstantColumnSeparatesWhatIsBelowAndAbove() {
        let profile = ColumnProfile(fitting: [5, 5, .nan, 5])
        #expect(profile.bins == .numbers(edges: [Float(5).nextDown, 5]))
        #expect(profile.counts == [0, 3, 0] && profile.missingCount == 1)
        let negativeZero = ColumnProfile(fitting: [-0.0, 0, 1, 1, 1])
        #expect(negativeZero.bins == .numbers(edges: [0]) && negativeZero.counts == [2, 3])
    }

    @Test func aColumnWithoutValuesHasOneEmptyBin() {
        let profile = ColumnProfile(fitting: [.nan, .nan])
        #expect(profile.bins == .numbers(edges: []) && profile.counts == [0])
        #expect(profile.missingCount == 2)
    }

    @Test func categoriesAreCountedByCodeAndOthersApart() throws {
        // 25 categories, of which each has one row more than the one before it.
        let vocabulary = (0..<25).map { String(UnicodeScalar(UInt8(ascii: "a") + UInt8($0))) }
        let codes = (0..<25).flatMap { [UInt16](repeating: UInt16($0), count: $0 + 1) }
        let step = FittedFeature.codes(
            try CategoryCodes(
                feature: "x",
                categories: Array(vocabulary.prefix(24)),
                isNative: true,
                isOrdered: false
            )
        )
        let profile = ColumnProfile(fitting: codes + [.max, .max], vocabulary: vocabulary, step)
        #expect(profile.bins == .categories(codes: Array(4..<24), categoryCount: 24))
        #expect(profile.counts == (4..<24).map { $0 + 1 } + [1 + 2 + 3 + 4])
        #expect(profile.missingCount == 2 && profile.unseenCount == 25)
        #expect(profile.rowCount == codes.count + 2)
    }

    @Test func everyFittedColumnHasAProfileOfAllRows() throws {
        let table = try sampleTable(rows: 900)
        let preprocessor = try Preprocessor(fitting: table)
        for step in preprocessor.steps {
            let profile = try #require(step.profile)
            #expect(profile.rowCount == 900 && profile.unseenCount == 0)
            #expect(profile.isOfCategories == !step.fitted.categories.isEmpty)
        }
        let bare = try Preprocessor(
            schema: preprocessor.schema,
            features: preprocessor.steps.map(\.fitted)
        )
        // A model stays bound to a preprocessor that was stored without profiles.
        #expect(bare.canonicalBytes == preprocessor.canonicalBytes && bare != preprocessor)
        let rest = try preprocessor.excluding(["loan_grade", "person_age"]).preprocessor
        #expect(rest.steps.count == 9)
        for step in rest.steps {
            let known = preprocessor.steps.first { $0.fitted.name == step.fitted.name }
            #expect(step.profile == known?.profile)
        }
    }

    private static let invalid: [(ColumnProfile.Bins, [Int], Int)] = [
        (.numbers(edges: [1, 1]), [1, 1, 1], 0), (.numbers(edges: [2, 1]), [1, 1, 1], 0),
        (.numbers(edges: [.nan]), [1, 1], 0), (.numbers(edges: [.infinity]), [1, 1], 0),
        (.numbers(edges: [1]), [1], 0), (.numbers(edges: [1]), [1, -1], 0),
        (.numbers(edges: [1]), [1, 1], -1), (.numbers(edges: [1]), [.max, .max], 1),
        (.numbers(edges: (0..<17).map { Float($0) }), [Int](repeating: 1, count: 18), 0),
        (.categories(codes: [], categoryCount: 2), [1], 0),
        (.categories(codes: [0], categoryCount: 0), [1], 0),
        (.categories(codes: [1, 0], categoryCount: 2), [1, 1], 0),
        (.categories(codes: [2], categoryCount: 2), [1, 1], 0),
        (.categories(codes: [0, 1], categoryCount: 2), [1, 1, 1], 0),
        (.categories(codes: Array(0..<21), categoryCount: 21), [Int](repeating: 1, count: 21), 0),
    ]

    @Test(arguments: invalid.indices)
    func otherBinsAndCountsAreRefused(index: Int) {
        let (bins, counts, missing) = Self.invalid[index]
        #expect(throws: PreprocessorError.parameter(feature: "x", name: "profile")) {
            try ColumnProfile(feature: "x", bins: bins, counts: counts, missingCount: missing)
        }
    }

    @Test func theLargestProfilesAreTaken() throws {
        let edges = (0..<16).map { Float($0) }
        let counts = [Int](repeating: 1, count: 17)
        let number = try ColumnProfile(
            feature: "x",
            bins: .numbers(edges: edges),
            counts: counts,
            missingCount: ColumnProfile.rowCountMax - 17
        )
        #expect(number.rowCount == ColumnProfile.rowCountMax)
        let category = try ColumnProfile(
            feature: "x",
            bins: .categories(codes: Array(0..<20), categoryCount: 20),
            counts: [Int](repeating: 1, count: 20),
            missingCount: 0
        )
        #expect(category.rowCount == 20)
    }

    @Test func profilesOfOtherColumnsAreRefused() throws {
        let preprocessor = try Preprocessor(fitting: sampleTable(rows: 300))
        let features = preprocessor.steps.map(\.fitted)
        let profiles = preprocessor.steps.compactMap(\.profile)
        for wrong in [Array(profiles.dropLast()), profiles.reversed()] {
            #expect(throws: PreprocessorError.self) {
                try Preprocessor(
                    schema: preprocessor.schema,
                    features: features,
                    profiles: wrong
                )
            }
        }
    }
}
