// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A forest arranged for every kernel that fits it.
struct KernelSet: Sendable {
    let tier: KernelTier
    var portable: PortableForest?
    let blocks: BlockForest?
    let slicedCode: SlicedForest?
    let slicedUnits: SlicedForest?
    /// What became of each kernel.
    var status: [ForestKernel: KernelStatus]

    var byteCount: Int {
        (portable?.byteCount ?? 0) + (blocks?.byteCount ?? 0) + (slicedCode?.byteCount ?? 0)
            + (slicedUnits?.byteCount ?? 0)
    }

    /// Whether some kernel takes a few rows.
    var takesRows: Bool { active.contains { !$0.isSliced } }

    /// The trees of a bit-sliced kernel.
    func sliced(_ kernel: ForestKernel) -> SlicedForest? {
        kernel == .slicedCode ? slicedCode : slicedUnits
    }

    /// Makes room in `shape` for the bit-sliced kernels.
    func reserve(in shape: inout ScratchShape) {
        for sliced in [slicedCode, slicedUnits].compactMap({ $0 }) {
            shape.conditionCount = sliced.conditionCount
            shape.tileBlocks = sliced.tileBlocks
            shape.planeVectors = max(shape.planeVectors, sliced.planeVectors)
        }
    }

    var active: [ForestKernel] {
        ForestKernel.allCases.filter { status[$0] == .active }
    }

    /// Runs a kernel that takes row-major rows; rows are readable up to a multiple of 16.
    func score(
        _ kernel: ForestKernel,
        rows: UnsafePointer<UInt8>,
        rowStride: Int,
        rowCount: Int,
        margins: UnsafeMutablePointer<Float>
    ) {
        if kernel == .portable {
            guard let portable else { preconditionFailure("only active kernels run") }
            unsafe portable.score(
                rows: rows,
                rowStride: rowStride,
                rowCount: rowCount,
                margins: margins
            )
            return
        }
        guard let blocks else { preconditionFailure("only active kernels run") }
        unsafe blocks.score(
            kernel,
            rows: rows,
            rowStride: rowStride,
            rowCount: rowCount,
            margins: margins
        )
    }
}
