// SPDX-License-Identifier: Apache-2.0

/// What a step of a kernel takes.
struct KernelCost: Sendable {
    /// Nanoseconds of one step of `ForestKernel.rowsPerStep` rows.
    var step: Double
    /// The same for `BlockSize.halfRows` rows, where these are less than a step.
    var halfBlock: Double?

    /// Nanoseconds of `kernel` for some rows.
    func nanoseconds(_ kernel: ForestKernel, rowCount: Int) -> Double {
        if let halfBlock, 1...BlockSize.halfRows ~= rowCount { return halfBlock }
        return Double((rowCount + kernel.rowsPerStep - 1) / kernel.rowsPerStep) * step
    }
}
