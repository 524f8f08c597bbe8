// SPDX-License-Identifier: Apache-2.0

/// Arranges a forest for each kernel that fits the machine, the options and the forest's shape.
struct KernelCompiler {
    let forest: Forest
    let plan: SlotPlan
    let options: CompileOptions

    /// All kernels, none of them checked yet.
    func kernels() -> KernelSet {
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
        let sliced = slicedForest(&status)
        return KernelSet(
            tier: options.tierMax,
            portable: PortableForest(forest, plan: plan),
            blocks: blocks,
            sliced: sliced,
            status: status
        )
    }

    /// The bit-sliced forest, unless options, shape or system are against it.
    private func slicedForest(_ status: inout [ForestKernel: KernelStatus]) -> SlicedForest? {
        guard status[.slicedCode] == .active else { return nil }
        guard options.allowsGeneratedCode else {
            status[.slicedCode] = .disabled
            return nil
        }
        guard let sliced = SlicedForest(forest, plan: plan) else {
            status[.slicedCode] = .shapeUnsupported
            return nil
        }
        guard sliced.isExecutable else {
            status[.slicedCode] = .memoryRefused
            return nil
        }
        return sliced
    }
}
