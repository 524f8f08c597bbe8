// SPDX-License-Identifier: Apache-2.0

/// What each kernel costs on this machine, measured when a forest is compiled.
struct CostModel: Sendable {
    private var costs: [ForestKernel: KernelCost] = [:]
    /// Best choice for a remainder of 1 ... 511 rows; entry 0 is unused.
    private(set) var kernelOfRemainder: [ForestKernel] = []
    /// Best choice for whole blocks.
    private(set) var kernelOfBlocks: ForestKernel = .portable

    /// One kernel for everything.
    init(only kernel: ForestKernel) {
        kernelOfBlocks = kernel
        kernelOfRemainder = [ForestKernel](repeating: kernel, count: BlockSize.rows)
    }

    init(_ costs: [ForestKernel: KernelCost]) {
        self.costs = costs
        kernelOfBlocks = Self.cheapest(costs, rowCount: BlockSize.rows)
        kernelOfRemainder = (0..<BlockSize.rows).map { Self.cheapest(costs, rowCount: max(1, $0)) }
    }

    private static func cheapest(
        _ costs: [ForestKernel: KernelCost],
        rowCount: Int
    ) -> ForestKernel {
        let candidates = costs.map { kernel, cost in
            (kernel: kernel, cost: cost.nanoseconds(kernel, rowCount: rowCount))
        }
        return candidates.min { $0.cost < $1.cost }?.kernel ?? .portable
    }

    /// What scoring a batch is expected to take, in nanoseconds; 0 where nothing was measured.
    func nanoseconds(rowCount: Int) -> Double {
        let rest = rowCount % BlockSize.rows
        return nanoseconds(kernelOfBlocks, rowCount: rowCount - rest)
            + nanoseconds(kernelOfRemainder[rest], rowCount: rest)
    }

    private func nanoseconds(_ kernel: ForestKernel, rowCount: Int) -> Double {
        costs[kernel]?.nanoseconds(kernel, rowCount: rowCount) ?? 0
    }

    /// The kernel for the next rows of a batch, and how many of them.
    /// - Parameters:
    ///   - remaining: rows not yet scored, at least 1.
    ///   - tileRows: the most rows the sliced kernels take at once.
    func next(remaining: Int, tileRows: Int) -> (kernel: ForestKernel, rowCount: Int) {
        let kernel =
            remaining < BlockSize.rows ? kernelOfRemainder[remaining] : kernelOfBlocks
        guard kernel.isSliced else { return (kernel, min(remaining, BlockSize.rows)) }
        if remaining < BlockSize.rows { return (kernel, remaining) }
        return (kernel, min(remaining / BlockSize.rows * BlockSize.rows, tileRows))
    }
}
