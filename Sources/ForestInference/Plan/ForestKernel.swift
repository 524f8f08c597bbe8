// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// A way to score rows. All give the same bits.
public enum ForestKernel: String, Sendable, CaseIterable {
    /// Node by node, several walks at a time.
    case portable = "portable"
    /// Node by node, comparing values with cuts: one row of many columns, whose ranks would take
    /// longer than its score.
    case keysByRow = "keys-1"
    /// The same, sixteen rows at a time.
    case keysByRows = "avx512-keys-16"
    /// All nodes of a block at once with AVX2, one row and eight trees at a time.
    case avx2Blocks = "avx2-blocks"
    /// All nodes of a block at once, one row and sixteen trees at a time.
    case blocksByRow = "avx512-blocks-1"
    /// All nodes of a block at once, sixteen rows at a time.
    case blocksByRows = "avx512-blocks-16"
    /// 512 rows at a time, one bit each, through generated code.
    case slicedCode = "avx512-sliced-code"
    /// 512 rows at a time, one bit each, through fixed units of six levels.
    case slicedUnits = "avx512-sliced-units"
    /// Value times weight, feature by feature: for models without trees, and the only one of these.
    case linear = "linear"

    /// The instruction set the kernel needs.
    public var tier: KernelTier {
        switch self {
        case .portable, .keysByRow, .linear: .portable
        case .avx2Blocks: .avx2
        case .blocksByRow, .blocksByRows, .keysByRows, .slicedCode, .slicedUnits: .avx512vbmi
        }
    }

    /// Rows the kernel handles in one step; fewer cost the same.
    var rowsPerStep: Int {
        switch self {
        case .avx2Blocks, .blocksByRow, .keysByRow, .linear: 1
        case .portable: 12
        case .blocksByRows, .keysByRows: BlockSize.fewRows
        case .slicedCode, .slicedUnits: BlockSize.rows
        }
    }

    /// Whether the kernel compares values themselves.
    var isKeyed: Bool { self == .keysByRow || self == .keysByRows }

    var isSliced: Bool { self == .slicedCode || self == .slicedUnits }
}

/// Sizes the kernels share.
enum BlockSize {
    /// Rows of a block: one 512-bit vector holds one bit of each.
    static let rows = Int(CFK_BLOCK_ROWS)
    /// Up to this many rows take the bit-sliced kernels less time than a block.
    static let halfRows = Int(CFK_HALF_BLOCK_ROWS)
    /// Rows that kernels of a few take at a time.
    static let fewRows = 16
    /// Bytes of a vector.
    static let vectorBytes = 64
}
