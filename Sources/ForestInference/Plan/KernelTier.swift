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
