// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// The trees of one output, arranged for every kernel that fits them.
struct KernelSet: Sendable {
    var portable: PortableForest?
    var keyed: KeyedForest?
    var blocks: BlockForest?
    var slicedCode: SlicedForest?
    var slicedUnits: SlicedForest?

    var byteCount: Int {
        (portable?.byteCount ?? 0) + (keyed?.byteCount ?? 0) + (blocks?.byteCount ?? 0)
            + (slicedCode?.byteCount ?? 0) + (slicedUnits?.byteCount ?? 0)
    }

    /// The trees of a bit-sliced kernel.
    func sliced(_ kernel: ForestKernel) -> SlicedForest? {
        kernel == .slicedCode ? slicedCode : slicedUnits
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
