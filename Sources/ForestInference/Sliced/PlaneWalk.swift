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

    /// Walks `nodes`; split i asks condition `conditions[i]` of the forest.
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
        var planes = Planes(repeating: .zero)
        return write(0, to: &planes, &sink) ? planes : nil
    }

    /// Planes of a node above the blocks, or of a whole block; false if codes run out. Recursion is
    /// as deep as the tree.
    private mutating func write<Sink: PlaneSink>(
        _ index: Int,
        to planes: inout Planes,
        _ sink: inout Sink
    ) -> Bool {
        let height = Int(heights[heights.startIndex + index])
        if height <= blockHeight {
            let size = 1 << height
            let base = (codeCount + size - 1) / size * size
            guard base + size <= LeafCodes.countMax else { return false }
            codeCount = base + size
            var block = BlockPlanes(repeating: .zero)
            writeBlock(index, base: base, path: 0, height: height, to: &block, &sink)
            for bit in planes.indices {
                planes[bit] = bit < height ? block[bit] : .constant(base >> bit & 1 != 0)
            }
            return true
        }
        let left = Int(nodes[nodes.startIndex + index].left)
        var high = Planes(repeating: .zero)
        guard write(left, to: &planes, &sink), write(left + 1, to: &high, &sink) else {
            return false
        }
        // Planes above the codes given out so far are 0 everywhere.
        let bitCount = Int.bitWidth - (codeCount - 1).leadingZeroBitCount
        let condition = conditions[conditions.startIndex + index]
        sink.select(condition, &planes, high, bitCount: bitCount)
        return true
    }

    /// Planes of a node that owns the `2^height` codes of a block from `base + path` on.
    private func writeBlock<Sink: PlaneSink>(
        _ index: Int,
        base: Int,
        path: Int,
        height: Int,
        to planes: inout BlockPlanes,
        _ sink: inout Sink
    ) {
        let node = nodes[nodes.startIndex + index]
        if node.isLeaf {
            let first = base + path
            for code in first..<first + 1 << height { sink.place(node.value, code: code) }
            for bit in planes.indices {
                planes[bit] = bit < height ? .free : .constant(path >> bit & 1 != 0)
            }
            return
        }
        let condition = conditions[conditions.startIndex + index]
        let left = Int(node.left)
        let lower = height - 1
        if lower <= 1 {
            // Most splits end here, and which child is a leaf has no pattern: no branch asks.
            let first = base + path
            if lower == 0 {
                planes[0] = writePair(index, first: first, &sink)
            } else {
                planes[0] = writePair(left, first: first, &sink)
                var high = BlockPlanes(repeating: .zero)
                high[0] = writePair(left + 1, first: first + 2, &sink)
                sink.select(condition, &planes, high, bitCount: 1)
                planes[1] = .condition(condition, isInverted: false)
            }
            for bit in height..<planes.count {
                planes[bit] = .constant(path >> bit & 1 != 0)
            }
            return
        }
        var high = BlockPlanes(repeating: .zero)
        let middle = path + 1 << lower
        writeBlock(left, base: base, path: path, height: lower, to: &planes, &sink)
        writeBlock(left + 1, base: base, path: middle, height: lower, to: &high, &sink)
        // Planes above the node's own are the same in both halves.
        sink.select(condition, &planes, high, bitCount: height)
    }

    /// Gives the codes `first` and `first + 1` to a leaf, or to the two leaves of a split.
    /// - Returns: the lowest plane.
    private func writePair<Sink: PlaneSink>(
        _ index: Int,
        first: Int,
        _ sink: inout Sink
    ) -> PlaneBit {
        let node = nodes[nodes.startIndex + index]
        let low = node.isLeaf ? index : Int(node.left)
        let high = node.isLeaf ? index : low + 1
        sink.place(nodes[nodes.startIndex + low].value, code: first)
        sink.place(nodes[nodes.startIndex + high].value, code: first + 1)
        let condition = conditions[conditions.startIndex + index]
        return node.isLeaf ? .free : .condition(condition, isInverted: false)
    }
}

/// What a walk's operations become.
///
/// Planes are changed in place: a copy would read whole vectors of what has just been written
/// piece by piece, which processors are slow at.
protocol PlaneSink {
    /// Makes `low` into `condition ? high : low`, bit by bit, for the lowest `bitCount` bits; the
    /// others are equal.
    mutating func select<let count: Int>(
        _ condition: Int32,
        _ low: inout InlineArray<count, PlaneBit>,
        _ high: InlineArray<count, PlaneBit>,
        bitCount: Int
    )
    /// Gives a code of a leaf its value.
    mutating func place(_ value: Float, code: Int)
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

    mutating func select<let count: Int>(
        _ condition: Int32,
        _ low: inout InlineArray<count, PlaneBit>,
        _ high: InlineArray<count, PlaneBit>,
        bitCount: Int
    ) {
        for bit in 0..<bitCount {
            if let plane = PlaneBit.selected(condition, low[bit], high[bit]) {
                low[bit] = plane
            } else {
                low[bit] = .result(operationCount)
                operationCount += 1
            }
        }
    }

    mutating func place(_ value: Float, code: Int) {}
}
