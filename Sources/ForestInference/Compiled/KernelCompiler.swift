// SPDX-License-Identifier: Apache-2.0

/// Arranges a forest for each kernel that fits the machine, the options and the forest's shape.
struct KernelCompiler {
    private let forest: Forest
    private let plan: SlotPlan
    private let options: CompileOptions
    /// Splits on the longest path below each node.
    private let heights: [UInt8]
    /// Splits on the longest path of each tree.
    private let depths: [Int]

    init(forest: Forest, plan: SlotPlan, options: CompileOptions) {
        self.forest = forest
        self.plan = plan
        self.options = options
        heights = forest.heights()
        depths = forest.treeStarts.dropLast().map { [heights] start in Int(heights[start]) }
    }

    /// All kernels that may be the fastest for some batch, or are asked for; none is checked yet.
    func kernels() -> KernelSet {
        var status: [ForestKernel: KernelStatus] = [:]
        for kernel in ForestKernel.allCases {
            status[kernel] = kernel.tier <= options.tierMax ? .active : .tierUnavailable
        }
        let blocks =
            options.tierMax >= .avx2
            ? BlockForest(forest, plan: plan, depth: depths.max() ?? 0) : nil
        for kernel in [ForestKernel.avx2Blocks, .blocksByRow, .blocksByRows]
        where status[kernel] == .active && blocks?.supports(kernel) != true {
            status[kernel] = .shapeUnsupported
        }
        for kernel in [ForestKernel.portable, .avx2Blocks]
        where status[kernel] == .active && !isNeeded(kernel, blocks) {
            status[kernel] = .notNeeded
        }
        let (code, units) = sliced(&status)
        return KernelSet(
            tier: options.tierMax,
            portable: status[.portable] == .active ? portable() : nil,
            blocks: blocks,
            slicedCode: code,
            slicedUnits: units,
            status: status
        )
    }

    /// The form that fits every machine and forest.
    func portable() -> PortableForest {
        PortableForest(forest, plan: plan, depths: depths)
    }

    /// Whether `kernel` has been asked for, or the kernels of the tiers above it leave it work.
    private func isNeeded(_ kernel: ForestKernel, _ blocks: BlockForest?) -> Bool {
        if options.forcedKernel == kernel { return true }
        switch options.tierMax {
        case .portable: return true
        case .avx2: return kernel == .avx2Blocks || blocks?.supports(.avx2Blocks) != true
        // Where paths are long, batches may be better off without blocks.
        case .avx512vbmi: return kernel == .portable && blocks?.supports(.blocksByRows) != true
        }
    }

    /// The bit-sliced forms, unless options, shape or system are against them.
    private func sliced(
        _ status: inout [ForestKernel: KernelStatus]
    ) -> (code: SlicedForest?, units: SlicedForest?) {
        guard options.tierMax >= .avx512vbmi else { return (nil, nil) }
        let index = ConditionIndex(forest, plan: plan)
        var code: SlicedForest?
        if options.allowsGeneratedCode {
            do {
                code = try SlicedForest.code(forest, index, heights: heights)
            } catch {
                status[.slicedCode] = error == .shape ? .shapeUnsupported : .memoryRefused
            }
        } else {
            status[.slicedCode] = .disabled
        }
        // Units do the work of full trees: they win where trees are nearly full.
        let isShallow = depths.allSatisfy { $0 <= UnitAssembly.unitHeight }
        guard code == nil || isShallow || options.forcedKernel == .slicedUnits else {
            status[.slicedUnits] = .notNeeded
            return (code, nil)
        }
        guard let units = try? SlicedForest.units(forest, index, depths: depths) else {
            status[.slicedUnits] = .shapeUnsupported
            return (code, nil)
        }
        return (code, units)
    }
}
