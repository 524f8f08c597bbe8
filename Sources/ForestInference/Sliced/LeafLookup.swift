// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// How the bit-sliced kernels find leaf values by codes. All give the same bits.
package enum LeafLookup: Sendable, CaseIterable {
    /// Byte by byte from vectors of 128 entries.
    case shuffled
    /// From memory, sixteen at a time; values of at most 256 codes are shuffled all the same.
    case gathered

    /// The faster one on this machine.
    package static var best: Self { cfk_gathers_fast() ? .gathered : .shuffled }
}
