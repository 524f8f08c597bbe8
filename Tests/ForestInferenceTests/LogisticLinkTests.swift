// SPDX-License-Identifier: Apache-2.0

import CForestKernels
import ForestInference
import Testing

struct LogisticLinkTests {
    /// Every 251st of all 2^32 floats, in an order that mixes plain and extreme margins.
    @Test func vectorsGiveTheBitsOfTheLibrary() throws {
        try #require(KernelTier.best == .avx512vbmi)
        let count = 4_096
        var differing = 0
        for first in stride(from: UInt64(0), to: 1 << 32, by: 251 * count) {
            let margins = (0..<UInt64(count)).map { index in
                Float(bitPattern: UInt32(truncatingIfNeeded: first + 251 * index))
            }
            differing += differences(margins)
        }
        #expect(differing == 0)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 31, 33]) func anyCountIsTaken(count: Int) throws {
        try #require(KernelTier.best == .avx512vbmi)
        let extremes: [Float] = [.nan, .infinity, -.infinity, 88, -88, 100, -100, 0, -0.0]
        let margins = (0..<count).map { index in
            index % 3 == 2 ? extremes[index % extremes.count] : Float(index) / 7 - 2
        }
        #expect(differences(margins) == 0)
    }

    private func differences(_ margins: [Float]) -> Int {
        var vectors = margins
        unsafe vectors.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            unsafe cfk_sigmoid_all_avx512(start, buffer.count)
        }
        return zip(margins, vectors).count { margin, vector in
            cfk_sigmoid(margin).bitPattern != vector.bitPattern
        }
    }
}
