// SPDX-License-Identifier: Apache-2.0

/// Arranges a forest for each kernel that fits the machine, the options and the forest's shape.
struct KernelCompiler {
    let forest: Forest
    let plan: SlotPlan
    let options: CompileOptions

    /// All kernels, none of them checked yet.
    func kernels(programs: SlicedPrograms?) -> KernelSet {
        let depth = (0..<forest.treeCount).map { forest.depth(ofTree: $0) }.max() ?? 0
        var status: [ForestKernel: KernelStatus] = [:]
        for kernel in ForestKernel.allCases {
            status[kernel] = kernel.tier <= options.tierMax ? .active : .tierUnavailable
        }
        let blocks =
            options.tierMax >= .avx2 ? BlockForest(forest, plan: plan, depth: depth) : nil
        for kernel in [ForestKernel.avx2Blocks, .blocksByRow, .blocksByRows]
        where status[kernel] == .active && blocks?.supports(kernel) != true {
            status[kernel] = .shapeUnsupported
        }
        let sliced =
            options.tierMax >= .avx512vbmi
            ? SlicedForest(
                forest,
                plan: plan,
                depth: depth,
                programs: programs,
                generatesCode: options.allowsGeneratedCode
            ) : nil
        for kernel in [ForestKernel.slicedUnits, .slicedCode] where status[kernel] == .active {
            status[kernel] = sliced?.status(of: kernel) ?? .shapeUnsupported
        }
        if status[.slicedCode] == .active && !options.allowsGeneratedCode {
            status[.slicedCode] = .disabled
        }
        return KernelSet(
            tier: options.tierMax,
            portable: PortableForest(forest, plan: plan),
            blocks: blocks,
            sliced: sliced,
            status: status
        )
    }
}
