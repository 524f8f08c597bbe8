// SPDX-License-Identifier: Apache-2.0

/// Arranges a forest for each kernel that fits the machine, the options and the forest's shape.
struct KernelCompiler {
    private let forest: Forest
    private let plan: SlotPlan
    private let options: CompileOptions
    private let depths: [Int]

    init(forest: Forest, plan: SlotPlan, options: CompileOptions) {
        self.forest = forest
        self.plan = plan
        self.options = options
        depths = (0..<forest.treeCount).map { forest.depth(ofTree: $0) }
    }

    /// All kernels, none of them checked yet.
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
        let (code, units) = sliced(&status)
        return KernelSet(
            tier: options.tierMax,
            portable: PortableForest(forest, plan: plan, depths: depths),
            blocks: blocks,
            slicedCode: code,
            slicedUnits: units,
            status: status
        )
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
                code = try SlicedForest.code(forest, index)
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
