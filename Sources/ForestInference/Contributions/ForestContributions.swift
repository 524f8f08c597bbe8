// SPDX-License-Identifier: Apache-2.0

/// What each column contributes to a margin: exact SHAP values of a forest, path dependent.
///
/// The contributions of a row and the base value add up to its margin. They are counted in integers
/// of ``unit``, so that any kernel, batch, order or number of threads gives the same bits, and so
/// that columns may be added up without an error. Immutable, shared between threads.
public final class ForestContributions: Sendable {
    /// The forest that scores.
    public let compiled: CompiledForest
    /// The margin that contributions start from, one an output: the mean over the training.
    public let baseValues: [Float]
    /// What 1 of a sum is, as a margin; a power of two.
    public let unit: Double
    /// The instruction set of the kernel that runs.
    public let tier: KernelTier
    /// How they are worked out.
    private enum Way: Sendable {
        /// With the trees for one row at a time, where that kernel is in use.
        case trees(ContributionProgram, LaneProgram?)
        case linear(LinearContributions)
    }

    private let way: Way

    /// Arranges the trees of `compiled`, and checks the kernels against the one in plain C.
    /// - Parameter tierMax: the highest tier to use; the machine's best if that is lower.
    /// - Throws: why nothing exact can be said of the forest.
    public init(
        _ compiled: CompiledForest,
        tierMax: KernelTier = .best
    ) throws(ContributionError) {
        self.compiled = compiled
        let forest = compiled.forest
        if let linear = forest.linear {
            let contributions = LinearContributions(linear, outputCount: forest.outputCount)
            way = .linear(contributions)
            unit = contributions.unit
            baseValues = linear.startMargins(baseMargin: forest.baseMargins[0])
            tier = .portable
            return
        }
        let program = try ContributionProgram(
            forest,
            plan: compiled.slotPlan,
            makesLanes: min(tierMax, .best) == .avx512vbmi
        )
        unit = program.unit
        baseValues = program.means.indices.map { output in
            Float(Double(forest.baseMargins[output]) + program.means[output])
        }
        let check = ContributionCheck(compiled, program: program)
        let outcome = check.best(below: min(tierMax, .best))
        tier = outcome.tier
        way = .trees(program, outcome.lanes)
    }

    /// Bytes of everything that contributions need on top of scores.
    public var byteCount: Int {
        switch way {
        case .trees(let program, _): program.byteCount
        case .linear: 0
        }
    }

    /// Margins of a row.
    public var outputCount: Int { baseValues.count }

    /// Sums contributions of the rows of a prepared matrix.
    /// - Parameters:
    ///   - values: float32 values; NaN is missing.
    ///   - layout: where they lie; `columnCount` is the model's feature count.
    ///   - columns: what is added up.
    ///   - results: shape (rows, outputs, columns), row after row, in ``unit``.
    public func sums(
        _ values: Span<Float>,
        layout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        check(columns, rowCount: layout.rowCount, resultCount: results.count)
        unsafe withSource(values, layout, &results) { source, target in
            unsafe write(
                source,
                compiled.rankPlan,
                rowCount: layout.rowCount,
                columns,
                compiled.scratches,
                into: target
            )
        }
    }

    /// Sums contributions of raw rows, like ``sums(_:layout:columns:into:)``.
    /// - Parameters:
    ///   - forest: the compiled forest with its preparation.
    ///   - numeric: raw float32 values; NaN is missing.
    ///   - numericLayout: where they lie; one column for each of `RawInputs.numeric`.
    ///   - codes: raw category codes.
    ///   - codeLayout: where they lie; one column for each of `RawInputs.categories`.
    ///   - columns: what is added up.
    ///   - results: shape (rows, outputs, columns), row after row, in ``unit``.
    public func sums(
        of forest: FusedForest,
        numeric: Span<Float>,
        numericLayout: MatrixLayout,
        codes: Span<UInt8>,
        codeLayout: MatrixLayout,
        columns: ContributionColumns,
        into results: inout MutableSpan<Int64>
    ) {
        check(columns, rowCount: numericLayout.rowCount, resultCount: results.count)
        unsafe withSource(of: forest, numeric, numericLayout, codes, codeLayout, &results) {
            source,
            target in
            unsafe write(
                source,
                forest.plan,
                rowCount: numericLayout.rowCount,
                columns,
                forest.scratches,
                into: target
            )
        }
    }

    /// Writes the sums of some rows; callers have checked source and results.
    private func write(
        _ source: SourceView,
        _ plan: RankPlan,
        rowCount: Int,
        _ columns: ContributionColumns,
        _ scratches: ScratchPool,
        into results: UnsafeMutablePointer<Int64>
    ) {
        switch way {
        case .linear(let linear):
            unsafe linear.write(source, rows: rowCount, columns, into: results)
        case .trees(let program, let lanes):
            let run = ContributionRun(
                program: program,
                compiled: compiled,
                plan: plan,
                tier: tier,
                lanes: lanes
            )
            let ranking = scratches.take()
            unsafe run.add(source, rows: rowCount, columns, ranking, into: results)
            scratches.give(ranking)
        }
    }

    /// Rows of a call up to which the kernel for one row at a time runs, where it is in use.
    package static let laneRowsMax = ContributionRun.laneRowsMax
    /// Byte columns of a forest up to which that kernel takes it.
    package static let laneColumnsMax = LaneProgram.slotsMax

    /// Whether calls of a few rows take the kernel for one row at a time.
    public var hasLanes: Bool {
        guard case .trees(_, let lanes) = way else { return false }
        return lanes != nil
    }

    /// The weights of a model without trees.
    var linear: LinearContributions? {
        guard case .linear(let linear) = way else { return nil }
        return linear
    }

    func check(_ columns: ContributionColumns, rowCount: Int, resultCount: Int) {
        precondition(columns.targets.count == compiled.forest.featureCount, "one target a column")
        precondition(resultCount >= rowCount * outputCount * columns.count, "one result a cell")
    }
}
