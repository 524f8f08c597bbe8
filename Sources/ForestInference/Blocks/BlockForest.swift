// SPDX-License-Identifier: Apache-2.0
import CForestKernels
struct BlockForest: Sendable {
    init?(_ forest: Forest, plan: SlotPlan, depth: Int) { return nil }
    var byteCount: Int { 0 }
    func supports(_ kernel: ForestKernel) -> Bool { false }
    func score(_ kernel: ForestKernel, rows: UnsafePointer<UInt8>, rowStride: Int, rowCount: Int, margins: UnsafeMutablePointer<Float>) {}
}
