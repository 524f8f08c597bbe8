// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// An instruction set the kernels are written for.
public enum KernelTier: Int, Sendable, CaseIterable, Comparable {
    /// Plain C, everywhere.
    case portable = 0
    /// x86-64 with AVX2.
    case avx2 = 1
    /// x86-64 with AVX-512 F, BW, DQ, VL, VBMI, VBMI2 and GFNI.
    case avx512vbmi = 2

    /// Orders tiers by what they ask of the machine.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

    /// The best tier of this machine.
    public static var best: KernelTier {
        if cfk_has_avx512vbmi() { return .avx512vbmi }
        return cfk_has_avx2() ? .avx2 : .portable
    }
}

/// A way to score rows. All give the same bits.
public enum ForestKernel: String, Sendable, CaseIterable {
    /// Node by node, several walks at a time.
    case portable = "portable"
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
        case .portable, .linear: .portable
        case .avx2Blocks: .avx2
        case .blocksByRow, .blocksByRows, .slicedCode, .slicedUnits: .avx512vbmi
        }
    }

    /// Rows the kernel handles in one step; fewer cost the same.
    var rowsPerStep: Int {
        switch self {
        case .avx2Blocks, .blocksByRow, .linear: 1
        case .portable: 12
        case .blocksByRows: 16
        case .slicedCode, .slicedUnits: BlockSize.rows
        }
    }

    var isSliced: Bool { self == .slicedCode || self == .slicedUnits }
}

/// Sizes the kernels share.
enum BlockSize {
    /// Rows of a block: one 512-bit vector holds one bit of each.
    static let rows = Int(CFK_BLOCK_ROWS)
    /// Bytes of a vector.
    static let vectorBytes = 64
}

/// Why a kernel is or is not used for a forest.
public enum KernelStatus: Sendable, Equatable {
    /// Compiled, and right in the self-check.
    case active
    /// Above the tier of the machine, or of the options.
    case tierUnavailable
    /// The shape does not fit: depth, byte columns or size, or whether there are trees.
    case shapeUnsupported
    /// Another kernel is faster for every batch of this forest: not built unless forced.
    case notNeeded
    /// Switched off in the options.
    case disabled
    /// The system refuses executable memory.
    case memoryRefused
    /// A result was wrong: not used.
    case failedSelfCheck
}
