// SPDX-License-Identifier: Apache-2.0

/// The planes of one tree's leaf codes as boolean operations on its conditions.
///
/// A leaf gets a code, and plane b holds bit b of the code of each row's leaf:
/// `P_b(node) = condition ? P_b(right) : P_b(left)`, one operation on 512 rows. Subtrees of height
/// at most `blockHeight` own aligned blocks of codes whose low bits are the path: there most
/// planes are constants, conditions or free, and vanish. Blocks are packed in depth-first order,
/// which keeps the high planes small. A leaf above the bottom of its block owns several codes.
struct PlaneWalk {
    private let nodes: ArraySlice<Forest.Node>
    private let conditions: ArraySlice<Int32>
    private let heights: ArraySlice<UInt8>
    private let blockHeight: Int
    private(set) var codeCount = 0

    /// Walks `nodes`, of which split i asks condition `conditions[i]` of the forest.
    init(
        _ nodes: ArraySlice<Forest.Node>,
        conditions: ArraySlice<Int32>,
        heights: ArraySlice<UInt8>,
        blockHeight: Int
    ) {
        self.nodes = nodes
        self.conditions = conditions
        self.heights = heights
        self.blockHeight = blockHeight
    }

    /// Planes of the root; nil if the tree needs more codes than there are.
    mutating func run<Sink: PlaneSink>(_ sink: inout Sink) -> Planes? {
        planes(of: 0, &sink)
    }

    /// Planes of a node above the blocks, or of a whole block. Recursion is as deep as the tree.
    private mutating func planes<Sink: PlaneSink>(of index: Int, _ sink: inout Sink) -> Planes? {
        let height = Int(heights[heights.startIndex + index])
        if height <= blockHeight {
            let size = 1 << height
            let base = (codeCount + size - 1) / size * size
            guard base + size <= LeafCodes.countMax else { return nil }
            codeCount = base + size
            let start = Planes { bit in base >> bit & 1 == 0 ? .zero : .one }
            return blockPlanes(of: index, base: base, height: height, start, &sink)
        }
        let left = Int(nodes[nodes.startIndex + index].left)
        guard let low = planes(of: left, &sink), let high = planes(of: left + 1, &sink) else {
            return nil
        }
        // Planes above the codes given out so far are 0 everywhere.
        let bitCount = Int.bitWidth - (codeCount - 1).leadingZeroBitCount
        let condition = conditions[conditions.startIndex + index]
        return sink.select(condition, low, high, bitCount: bitCount)
    }

    /// Planes of a node that owns the `2^height` codes from `base` on, whose planes are
    /// `start`.
    private func blockPlanes<Sink: PlaneSink>(
        of index: Int,
        base: Int,
        height: Int,
        _ start: Planes,
        _ sink: inout Sink
    ) -> Planes {
        let node = nodes[nodes.startIndex + index]
        if node.isLeaf {
            sink.place(node.value, codes: base..<base + 1 << height)
            var planes = start
            for bit in 0..<height { planes[bit] = .free }
            return planes
        }
        let condition = conditions[conditions.startIndex + index]
        let left = Int(node.left)
        let lower = height - 1
        if lower == 0 {
            // Two leaves, as below most splits: the condition is the lowest bit.
            sink.place(nodes[nodes.startIndex + left].value, codes: base..<base + 1)
            sink.place(nodes[nodes.startIndex + left + 1].value, codes: base + 1..<base + 2)
            var planes = start
            planes[0] = .condition(condition, isInverted: false)
            return planes
        }
        let low = blockPlanes(of: left, base: base, height: lower, start, &sink)
        var second = start
        second[lower] = .one
        let middle = base + 1 << lower
        let high = blockPlanes(of: left + 1, base: middle, height: lower, second, &sink)
        // Planes above the block's are the same in both halves.
        return sink.select(condition, low, high, bitCount: height)
    }
}

/// What a walk's operations become.
protocol PlaneSink {
    /// Planes of a node: `condition ? high : low` for the lowest bits, of which `low` and `high`
    /// differ at most.
    mutating func select(
        _ condition: Int32,
        _ low: Planes,
        _ high: Planes,
        bitCount: Int
    ) -> Planes
    /// Gives the codes of a leaf its value.
    mutating func place(_ value: Float, codes: Range<Int>)
}

/// Limits of leaf codes.
enum LeafCodes {
    static let countMax = 1_024
    /// Bits of a code.
    static let planesMax = 10
    /// Codes that one lookup handles.
    static let chunk = 128

    /// Lookups for `count` codes.
    static func chunkCount(_ count: Int) -> Int { (count + chunk - 1) / chunk }
}

/// Counts operations, to compare ways to give out codes.
struct PlaneCounter: PlaneSink {
    private(set) var operationCount: Int32 = 0

    mutating func select(
        _ condition: Int32,
        _ low: Planes,
        _ high: Planes,
        bitCount: Int
    ) -> Planes {
        var merged = low
        for bit in 0..<bitCount {
            if let plane = PlaneBit.selected(condition, low[bit], high[bit]) {
                merged[bit] = plane
            } else {
                merged[bit] = .result(operationCount)
                operationCount += 1
            }
        }
        return merged
    }

    mutating func place(_ value: Float, codes: Range<Int>) {}
}
