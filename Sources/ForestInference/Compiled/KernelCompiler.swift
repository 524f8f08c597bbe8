// SPDX-License-Identifier: Apache-2.0

/// Arranges a forest for each kernel that fits the machine, the options and the forest's shape.
struct KernelCompiler {
    private let parts: [ForestPart]
    private let linear: LinearModel?
    private let options: CompileOptions
    private let rankPlan: RankPlan

    init(forest: Forest, plan: SlotPlan, rankPlan: RankPlan, options: CompileOptions) {
        self.options = options
        self.rankPlan = rankPlan
        linear = forest.linear
        parts = (0..<forest.outputCount).map { ForestPart(forest, plan: plan, output: $0) }
    }

    /// All kernels that may be the fastest for some batch, or are asked for; none is checked yet.
    func kernels() -> ForestKernels {
        if let linear { return linearKernel(linear) }
        var status = statusByTier()
        let indexes =
            options.tierMax >= .avx512vbmi
            ? parts.map { ConditionIndex($0.forest, plan: $0.plan) } : nil
        let large = LargeForms(parts, codeConditions: indexes, options: options)
        let blocks = large.blocks
        for kernel in [ForestKernel.avx2Blocks, .blocksByRow, .blocksByRows]
        where status[kernel] == .active && !Self.supports(blocks, kernel) {
            status[kernel] = .shapeUnsupported
        }
        for kernel in [ForestKernel.portable, .keysByRow, .keysByRows, .avx2Blocks]
        where status[kernel] == .active && !isNeeded(kernel, blocks) {
            status[kernel] = .notNeeded
        }
        let (code, units) = sliced(large, indexes, &status)
        let portable = status[.portable] == .active ? portable() : nil
        let keyed = keyed(&status)
        let outputs = parts.indices.map { output in
            KernelSet(
                portable: portable?[output],
                keyed: keyed?.forests[output],
                blocks: blocks?[output],
                slicedCode: code?[output],
                slicedUnits: units?[output]
            )
        }
        return ForestKernels(
            tier: options.tierMax,
            outputs: outputs,
            keyPlan: keyed?.plan,
            linear: nil,
            status: status
        )
    }

    /// What the tier allows a forest of trees.
    private func statusByTier() -> [ForestKernel: KernelStatus] {
        var status: [ForestKernel: KernelStatus] = [:]
        for kernel in ForestKernel.allCases {
            status[kernel] = kernel.tier <= options.tierMax ? .active : .tierUnavailable
        }
        status[.linear] = .shapeUnsupported
        return status
    }

    /// The only one of a model without trees.
    private func linearKernel(_ linear: LinearModel) -> ForestKernels {
        var status: [ForestKernel: KernelStatus] = [:]
        for kernel in ForestKernel.allCases { status[kernel] = .shapeUnsupported }
        status[.linear] = .active
        let outputs = parts.map { _ in KernelSet() }
        return ForestKernels(
            tier: options.tierMax,
            outputs: outputs,
            linear: linear,
            status: status
        )
    }

    /// The form that fits every machine and forest.
    func portable() -> [PortableForest] {
        parts.map { PortableForest($0.forest, plan: $0.plan, depths: $0.depths) }
    }

    /// The trees of all outputs by keys; nil where those of one do not fit.
    private func keyed(
        _ status: inout [ForestKernel: KernelStatus]
    ) -> (plan: KeyPlan, forests: [KeyedForest])? {
        let wanted = [ForestKernel.keysByRow, .keysByRows].filter { status[$0] == .active }
        guard !wanted.isEmpty else { return nil }
        let keys = SlotKeys(rankPlan)
        let forests = parts.compactMap { $0.keyed(keys) }
        guard forests.count == parts.count else {
            for kernel in wanted { status[kernel] = .shapeUnsupported }
            return nil
        }
        return (keys.plan, forests)
    }

    private static func supports(_ blocks: [BlockForest]?, _ kernel: ForestKernel) -> Bool {
        blocks?.allSatisfy { $0.supports(kernel) } ?? false
    }

    /// Whether `kernel` has been asked for, or the kernels of the tiers above it leave it work.
    private func isNeeded(_ kernel: ForestKernel, _ blocks: [BlockForest]?) -> Bool {
        if options.forcedKernel == kernel { return true }
        switch options.tierMax {
        case .portable: return true
        case .avx2: return kernel == .avx2Blocks || !Self.supports(blocks, .avx2Blocks)
        // Where paths are long, batches may be better off without blocks.
        case .avx512vbmi: return kernel != .avx2Blocks && !Self.supports(blocks, .blocksByRows)
        }
    }

    /// The bit-sliced forms, unless options, shape or system are against them.
    private func sliced(
        _ large: LargeForms,
        _ indexes: [ConditionIndex]?,
        _ status: inout [ForestKernel: KernelStatus]
    ) -> (code: [SlicedForest]?, units: [SlicedForest]?) {
        guard let indexes else { return (nil, nil) }
        var code: [SlicedForest]?
        switch large.code {
        case .success(let forests): code = forests
        case .failure(.shape): status[.slicedCode] = .shapeUnsupported
        case .failure(.memory): status[.slicedCode] = .memoryRefused
        case nil: status[.slicedCode] = .disabled
        }
        // Units do the work of full trees: they win where trees are nearly full.
        let isShallow = parts.allSatisfy { part in
            part.depths.allSatisfy { $0 <= UnitAssembly.unitHeight }
        }
        guard code == nil || isShallow || options.forcedKernel == .slicedUnits else {
            status[.slicedUnits] = .notNeeded
            return (code, nil)
        }
        guard let units = try? units(indexes) else {
            status[.slicedUnits] = .shapeUnsupported
            return (code, nil)
        }
        return (code, units)
    }

    private func units(
        _ indexes: [ConditionIndex]
    ) throws(SlicedForest.Refusal) -> [SlicedForest] {
        var all: [SlicedForest] = []
        for (part, index) in zip(parts, indexes) {
            let units = try SlicedForest.units(
                part.forest,
                index,
                depths: part.depths,
                lookup: options.leafLookup
            )
            all.append(units)
        }
        return all
    }
}
