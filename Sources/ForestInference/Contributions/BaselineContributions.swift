// SPDX-License-Identifier: Apache-2.0

import CForestKernels
import Glibc

/// What separates the margins of a row from those of one reference row: exact Shapley values of the
/// game in which a feature has the row's value or the reference's (interventional).
///
/// Of a leaf's path a features have the row's value and b the reference's, where both would not do;
/// a leaf of value v then gives each of the a features v (a - 1)! b! / (a + b)! and each of the b
/// features -v a! (b - 1)! / (a + b)!. Only where row and reference part at a split are both ways
/// followed, and of these a feature that has parted already follows one.
///
/// Columns that stem from one raw feature are one player: they change together.
///
/// Sources: S. Lundberg et al., "From local explanations to global understanding with explainable
/// AI for trees", 2020, doi 10.1038/s42256-019-0138-9, algorithm 3; H. Chen, S. Lundberg, S. Lee,
/// "Explaining a series of models by propagating Shapley values", 2022,
/// doi 10.1038/s41467-022-31384-3.
struct BaselineContributions {
    private let compiled: CompiledForest
    private let columns: ContributionColumns
    private let unit: Double
    /// The bytes of the reference row.
    private let reference: [UInt8]
    /// n! for n up to the longest path.
    private let factorials: [Double]
    private var bytes: [UInt8]
    /// For each player whether it has the row's value on the path, the reference's, or either.
    private var sides: [Side]
    private var sums: [Double]

    private enum Side { case either, row, reference }

    init(
        _ compiled: CompiledForest,
        _ columns: ContributionColumns,
        unit: Double,
        reference: [UInt8]
    ) {
        self.compiled = compiled
        self.columns = columns
        self.unit = unit
        self.reference = reference
        bytes = reference
        sides = Array(repeating: .either, count: columns.count)
        sums = Array(repeating: 0, count: columns.count)
        let depth = Int(compiled.forest.heights().max() ?? 0)
        factorials = (0...depth + 1).map { tgamma(Double($0) + 1) }
    }

    /// The sums of a row, of shape (outputs, columns).
    /// - Parameter bytes: the row in the slots of the plan.
    mutating func sums(of bytes: [UInt8]) -> [Int64] {
        self.bytes = bytes
        var results: [Int64] = []
        let forest = compiled.forest
        for output in 0..<forest.outputCount {
            for index in sums.indices { sums[index] = 0 }
            for tree in forest.outputStarts[output]..<forest.outputStarts[output + 1] {
                let start = forest.treeStarts[tree]
                walk(start, start, ofRow: 0, ofReference: 0)
            }
            // Leaves are finite and trees few: what they give in all is far below 2^63 units.
            results += sums.map { Int64(($0 / unit).rounded(.toNearestOrEven)) }
        }
        return results
    }

    /// Goes on from a node.
    /// - Parameters:
    ///   - ofRow: players that have the row's value.
    ///   - ofReference: players that have the reference's.
    /// - Returns: what the leaves below give each of the former, and each of the latter.
    @discardableResult
    private mutating func walk(
        _ start: Int,
        _ place: Int,
        ofRow: Int,
        ofReference: Int
    ) -> (row: Double, reference: Double) {
        let node = compiled.forest.nodes[place]
        if node.isLeaf { return shares(Double(node.value), ofRow, ofReference) }
        let split = compiled.slotPlan.splits[place]
        let left = start + Int(node.left)
        let rowWay = left + (bytes[Int(split.slot)] <= split.cut ? 0 : 1)
        let referenceWay = left + (reference[Int(split.slot)] <= split.cut ? 0 : 1)
        if rowWay == referenceWay {
            return walk(start, rowWay, ofRow: ofRow, ofReference: ofReference)
        }
        let player = columns.targets[node.feature]
        switch sides[player] {
        case .row: return walk(start, rowWay, ofRow: ofRow, ofReference: ofReference)
        case .reference:
            return walk(start, referenceWay, ofRow: ofRow, ofReference: ofReference)
        case .either: break
        }
        sides[player] = .row
        let row = walk(start, rowWay, ofRow: ofRow + 1, ofReference: ofReference)
        sides[player] = .reference
        let other = walk(start, referenceWay, ofRow: ofRow, ofReference: ofReference + 1)
        sides[player] = .either
        sums[player] += row.row + other.reference
        return (row.row + other.row, row.reference + other.reference)
    }

    private func shares(
        _ value: Double,
        _ ofRow: Int,
        _ ofReference: Int
    ) -> (row: Double, reference: Double) {
        let all = factorials[ofRow + ofReference]
        let row = ofRow == 0 ? 0 : factorials[ofRow - 1] * factorials[ofReference] / all
        let reference =
            ofReference == 0 ? 0 : factorials[ofRow] * factorials[ofReference - 1] / all
        return (value * row, -value * reference)
    }
}
