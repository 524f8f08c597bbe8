// SPDX-License-Identifier: Apache-2.0

import CForestKernels

/// Margins to probabilities, bit for bit as XGBoost computes them with the C library's `expf`.
enum LogisticLink {
    /// Replaces `count` margins by their probabilities.
    static func apply(_ values: UnsafeMutablePointer<Float>, count: Int, tier: KernelTier) {
        if tier >= .avx512vbmi && count >= vectorRows && isVectorExact {
            unsafe cfk_sigmoid_all_avx512(values, count)
        } else {
            unsafe cfk_sigmoid_all(values, count)
        }
    }

    /// Margins that are taken together.
    private static let vectorRows = 16

    /// Whether the vectors compute what this C library does, asked once.
    ///
    /// A library whose `expf` is of another make differs in the last bit of some probability in
    /// hundreds, and so in dozens of the margins asked here: from -16 to 16, where no two
    /// neighbors have the same fraction bits.
    private static let isVectorExact: Bool = {
        let margins = (-8_192..<8_192).map { Float($0) / 512 + Float($0) / 1_000_003 }
        var (vectors, scalars) = (margins, margins)
        unsafe vectors.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe cfk_sigmoid_all_avx512(start, buffer.count)
        }
        unsafe scalars.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe cfk_sigmoid_all(start, buffer.count)
        }
        return zip(vectors, scalars).allSatisfy { $0.bitPattern == $1.bitPattern }
    }()
}
