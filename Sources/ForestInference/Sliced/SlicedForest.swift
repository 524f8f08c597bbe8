// SPDX-License-Identifier: Apache-2.0
import CForestKernels
struct SlicedPrograms: Sendable {}
struct SlicedForest: Sendable {
    init?(_ forest: Forest, plan: SlotPlan, depth: Int, programs: SlicedPrograms?, generatesCode: Bool) { return nil }
    var byteCount: Int { 0 }
    var conditionCount: Int { 0 }
    var tileBlocks: Int { 1 }
    var planeVectors: Int { 0 }
    func status(of kernel: ForestKernel) -> KernelStatus { .shapeUnsupported }
    func decide(bytes: UnsafePointer<UInt8>, block: Int, scratch: ScoringScratch) {}
    func score(_ kernel: ForestKernel, blockCount: Int, scratch: ScoringScratch) {}
    func readSums(_ sums: UnsafePointer<Float>, rowCount: Int, into margins: UnsafeMutablePointer<Float>) {}
}
