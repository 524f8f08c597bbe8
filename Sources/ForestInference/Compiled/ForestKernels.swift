// SPDX-License-Identifier: Apache-2.0

/// A forest arranged for every kernel that fits it, output by output.
///
/// All outputs run the same kernel: one that does not fit the trees of some output is used for
/// none.
struct ForestKernels: Sendable {
    let tier: KernelTier
    /// One for each output.
    var outputs: [KernelSet]
    /// What the keys of the kernel that compares them are made from.
    var keyPlan: KeyPlan?
    /// What a model without trees has instead.
    let linear: LinearModel?
    /// What became of each kernel.
    var status: [ForestKernel: KernelStatus]

    /// Blocks of margins that wait for the other outputs: 4 MiB of them.
    private static let marginBlocksMax = 2_048

    var byteCount: Int {
        outputs.reduce((linear?.byteCount ?? 0) + (keyPlan?.byteCount ?? 0)) { $0 + $1.byteCount }
    }

    var active: [ForestKernel] {
        ForestKernel.allCases.filter { status[$0] == .active }
    }

    /// Whether some kernel takes a few rows.
    var takesRows: Bool { active.contains { !$0.isSliced } }

    /// Makes room in `shape` for the bit-sliced kernels, and for the margins of several outputs.
    func reserve(in shape: inout ScratchShape) {
        let sliced = outputs.flatMap { [$0.slicedCode, $0.slicedUnits].compactMap { $0 } }
        shape.conditionCount = sliced.map(\.conditionCount).max() ?? 0
        shape.planeVectors = sliced.map(\.planeVectors).max() ?? 0
        shape.tileBlocks = sliced.map(\.tileBlocks).min() ?? 1
        shape.hasKeys = keyPlan != nil
        guard outputs.count > 1 else { return }
        shape.outputCount = outputs.count
        shape.tileBlocks = max(1, min(shape.tileBlocks, Self.marginBlocksMax / outputs.count))
    }
}
