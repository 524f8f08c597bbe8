// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A forest arranged for every kernel that fits it.
struct KernelSet: Sendable {
    let tier: KernelTier
    let portable: PortableForest
    let blocks: BlockForest?
    let sliced: SlicedForest?
    /// What became of each kernel.
    var status: [ForestKernel: KernelStatus]

    var byteCount: Int {
        portable.byteCount + (blocks?.byteCount ?? 0) + (sliced?.byteCount ?? 0)
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
