// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing

/// Raw columns against transform-then-predict, bit for bit.
@Suite struct FusedForestTests {
    /// Nine numeric and three one-hot columns, and raw inputs for them.
    private static let model = RandomModel(featureCount: 12, treeCount: 40, depthMax: 9)

    private static func inputs(
        transform: @escaping @Sendable (Float) -> Float
    ) -> RawInputs {
        var numeric = (0..<9).map { RawInputs.NumericColumn(feature: $0) }
        numeric[0] = RawInputs.NumericColumn(feature: 0, imputation: 0.37)
        numeric[3] = RawInputs.NumericColumn(feature: 3, transform: transform)
        numeric[5] = RawInputs.NumericColumn(feature: 5, imputation: -1, transform: transform)
        return RawInputs(
            numeric: numeric,
            categories: [RawInputs.CategoryColumn.oneHot(features: [9, 10, 11])]
        )
    }

    /// Raw values of nine columns and codes of one, row-major.
    private static func batch(
        _ rowCount: Int,
        seed: UInt64,
        _ model: RandomModel = model
    ) -> (numeric: [Float], codes: [UInt8]) {
        let rows = model.rows(rowCount, seed: seed)
        var random = TestRandom(seed: seed)
        let numeric = (0..<rowCount).flatMap { Array(rows[$0 * 12..<$0 * 12 + 9]) }
        let codes = (0..<rowCount).map { _ in
            [UInt8](arrayLiteral: 0, 1, 2, 3, 62, 63, 200, 255)[random.below(8)]
        }
        return (numeric, codes)
    }

    private static func prepared(
        _ batch: (numeric: [Float], codes: [UInt8]),
        _ inputs: RawInputs
    ) -> [Float] {
        batch.codes.indices.flatMap { row in
            let numbers = (0..<9).map { inputs.numeric[$0].prepared(batch.numeric[row * 9 + $0]) }
            let code = Int(batch.codes[row])
            let column = inputs.categories[0]
            return numbers + (code < column.values.count ? column.values[code] : column.unknown)
        }
    }

    private func check(
        _ inputs: RawInputs,
        explicit: [Int],
        seed: UInt64,
        model: RandomModel = model
    ) throws {
        var shallow = model
        shallow.depthMax = 6
        for tier in KernelTier.allCases {
            let options = CompileOptions(tierMax: tier)
            try check(inputs, explicit: explicit, seed: seed, options, model: model)
            for kernel in [ForestKernel.keysByRow, .keysByRows] where kernel.tier <= tier {
                let options = CompileOptions(tierMax: tier, forcedKernel: kernel)
                try check(inputs, explicit: explicit, seed: seed, options, model: shallow)
            }
        }
    }

    private func check(
        _ inputs: RawInputs,
        explicit: [Int],
        seed: UInt64,
        _ options: CompileOptions,
        model: RandomModel
    ) throws {
        let json = Array(model.json(seed: seed).utf8)
        let compiled = try CompiledForest(Forest(xgboost: json), options: options)
        let fused = try FusedForest(compiled, inputs: inputs)
        #expect(fused.explicitColumns == explicit)
        let scratch = fused.makeScratch()
        for rowCount in [1, 3, 16, 40, 1_300] {
            let batch = Self.batch(rowCount, seed: seed, model)
            let expected = compiled.scores(
                Self.prepared(batch, inputs),
                layout: .rowMajor(rowCount: rowCount, columnCount: 12),
                output: .margin
            )
            for kernel in compiled.activeKernels {
                var results = [Float](repeating: 0, count: rowCount)
                var span = results.mutableSpan
                fused.score(
                    numeric: batch.numeric.span,
                    numericLayout: .rowMajor(rowCount: rowCount, columnCount: 9),
                    codes: batch.codes.span,
                    codeLayout: .columnMajor(rowCount: rowCount, columnCount: 1),
                    output: .margin,
                    into: &span,
                    scratch: scratch,
                    kernel: kernel
                )
                #expect(results.map(\.bitPattern) == expected.map(\.bitPattern), "\(kernel)")
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func risingTransformsArePulledBackExactly(seed: UInt64) throws {
        // Standardization rounded to float32 after double arithmetic.
        let inputs = Self.inputs { Float((Double($0) * 1.37 - 0.11) / 0.83) }
        try check(inputs, explicit: [], seed: seed)
    }

    /// A cut that no raw value reaches, and the only one of its column: missing values still go
    /// where the model sends them.
    @Test(arguments: [11, 12, 13] as [UInt64])
    func missingValuesPassSingleCutsThatNothingReaches(seed: UInt64) throws {
        var model = Self.model
        model.cutsPerFeature = 1
        let numeric = (0..<9).map { feature in
            let isCut = feature % 2 == 0
            return RawInputs.NumericColumn(feature: feature) { isCut ? $0 : min($0, -1e38) }
        }
        let categories = [RawInputs.CategoryColumn.oneHot(features: [9, 10, 11])]
        let inputs = RawInputs(numeric: numeric, categories: categories)
        try check(inputs, explicit: [], seed: seed, model: model)
    }

    @Test func transformsThatDoNotRiseStayExplicit() throws {
        let inputs = Self.inputs { abs($0) }
        try check(inputs, explicit: [3, 5], seed: 7)
    }

    @Test func transformsThatFailOnInfinityStayExplicit() throws {
        let inputs = Self.inputs { $0 - ($0.isInfinite ? $0 : 0) }
        try check(inputs, explicit: [3, 5], seed: 8)
    }

    @Test func poolGivesTheSameBitsAsOneThread() throws {
        let json = Array(Self.model.json(seed: 4).utf8)
        let compiled = try CompiledForest(Forest(xgboost: json))
        let pool = ScoringPool(threadCount: 3)
        // A transform that is pulled back, and one that stays explicit.
        for inputs in [Self.inputs { $0 * 2 }, Self.inputs { abs($0) }] {
            let fused = try FusedForest(compiled, inputs: inputs)
            let rowCount = 20_011
            let batch = Self.batch(rowCount, seed: 4)
            let expected = compiled.scores(
                Self.prepared(batch, inputs),
                layout: .rowMajor(rowCount: rowCount, columnCount: 12)
            )
            var results = [Float](repeating: 0, count: rowCount)
            var span = results.mutableSpan
            pool.score(
                fused,
                numeric: batch.numeric.span,
                numericLayout: .rowMajor(rowCount: rowCount, columnCount: 9),
                codes: batch.codes.span,
                codeLayout: .columnMajor(rowCount: rowCount, columnCount: 1),
                output: .probability,
                into: &span
            )
            #expect(results.map(\.bitPattern) == expected.map(\.bitPattern))
        }
    }

    @Test func callersWithoutScratchMayCallAtATime() async throws {
        let json = Array(Self.model.json(seed: 5).utf8)
        let compiled = try CompiledForest(Forest(xgboost: json))
        let inputs = Self.inputs { $0 + 1 }
        let fused = try FusedForest(compiled, inputs: inputs)
        let batch = Self.batch(700, seed: 5)
        let expected = compiled.scores(
            Self.prepared(batch, inputs),
            layout: .rowMajor(rowCount: 700, columnCount: 12)
        )
        try await withThrowingTaskGroup(of: [Float].self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var results = [Float](repeating: 0, count: 700)
                    var span = results.mutableSpan
                    fused.score(
                        numeric: batch.numeric.span,
                        numericLayout: .rowMajor(rowCount: 700, columnCount: 9),
                        codes: batch.codes.span,
                        codeLayout: .columnMajor(rowCount: 700, columnCount: 1),
                        output: .probability,
                        into: &span
                    )
                    return results
                }
            }
            for try await results in group {
                #expect(results.map(\.bitPattern) == expected.map(\.bitPattern))
            }
        }
    }

    @Test func everyPreparedColumnHasOneSource() throws {
        let json = Array(Self.model.json(seed: 1).utf8)
        let compiled = try CompiledForest(Forest(xgboost: json))
        var inputs = Self.inputs { $0 }
        inputs.categories = []
        #expect(throws: RawInputsError.feature(9, sources: 0)) {
            try FusedForest(compiled, inputs: inputs)
        }
        inputs.categories = [.oneHot(features: [9, 10, 11]), .oneHot(features: [11])]
        #expect(throws: RawInputsError.feature(11, sources: 2)) {
            try FusedForest(compiled, inputs: inputs)
        }
        inputs.categories = [.oneHot(features: [9, 10, 12])]
        #expect(throws: RawInputsError.unknownFeature(12)) {
            try FusedForest(compiled, inputs: inputs)
        }
        inputs.categories = [.init(features: [9, 10, 11], values: [[1, 0]], unknown: [0, 0, 0])]
        #expect(throws: RawInputsError.category(column: 0)) {
            try FusedForest(compiled, inputs: inputs)
        }
    }
}
