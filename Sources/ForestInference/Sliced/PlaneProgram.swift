// SPDX-License-Identifier: Apache-2.0

/// The planes of one tree's leaf codes as boolean operations on its conditions.
///
/// A leaf gets a code, and plane b holds bit b of the code of each row's leaf:
/// `P_b(node) = condition ? P_b(right) : P_b(left)`, one operation on 512 rows. Subtrees of height
/// at most `blockHeight` own aligned blocks of codes whose low bits are the path: there most
/// planes are constants, conditions or free, and vanish. Blocks are packed in depth-first order,
/// which keeps the high planes small. A leaf above the bottom of its block owns several codes.
struct PlaneProgram {
    /// `condition ? right : left`, simplified to three distinct operands at most.
    struct Operation {
        var operands: InlineArray<3, Int32>
        var operandCount: Int
        /// Bit `a | b << 1 | c << 2` is the result for operands a, b, c.
        var truth: UInt8
    }

    private(set) var operations: [Operation] = []
    /// Planes of the whole tree, lowest first.
    private(set) var planes: [PlaneBit] = []
    /// Leaf value of each code; a multiple of 128 codes.
    private(set) var values: [Float] = []
    private(set) var codeCount = 0

    static let codesMax = 1_024
    static let planesMax = 10

    var chunkCount: Int { values.count / 128 }

    /// Instructions this program and its lookups will take, about.
    var cost: Int { operations.count + 56 * chunkCount }

    /// Plans `nodes`, of which split i asks condition `conditions[i]`.
    /// - Returns: nil if the tree needs more than 1,024 codes.
    init?(nodes: ArraySlice<Forest.Node>, conditions: [Int32], blockHeight: Int) {
        let start = nodes.startIndex
        var heights = [Int](repeating: 0, count: nodes.count)
        for index in nodes.indices.reversed() where !nodes[index].isLeaf {
            let left = Int(nodes[index].left)
            heights[index - start] = 1 + max(heights[left], heights[left + 1])
        }
        var walker = Walker(
            nodes: nodes,
            heights: heights,
            conditions: conditions,
            blockHeight: blockHeight
        )
        guard let planes = walker.planes(of: 0) else { return nil }
        let bits =
            walker.nextCode <= 1
            ? 0
            : (walker.nextCode - 1).bitWidth
                - (walker.nextCode - 1).leadingZeroBitCount
        operations = walker.operations
        codeCount = walker.nextCode
        self.planes = (0..<bits).map { planes[$0] }
        values = walker.values
        values.append(contentsOf: repeatElement(0, count: (128 - values.count % 128) % 128))
    }
}

extension PlaneProgram {
    private typealias Planes = InlineArray<10, PlaneBit>

    /// Walks one tree; recursion is as deep as the validated tree.
    private struct Walker {
        let nodes: ArraySlice<Forest.Node>
        let heights: [Int]
        let conditions: [Int32]
        let blockHeight: Int
        var operations: [Operation] = []
        var values: [Float] = []
        var nextCode: Int { values.count }

        /// Planes of a node above the blocks, or of a whole block.
        mutating func planes(of index: Int) -> Planes? {
            let height = heights[index]
            if height <= blockHeight {
                let size = 1 << height
                let base = (values.count + size - 1) / size * size
                guard base + size <= PlaneProgram.codesMax else { return nil }
                values.append(contentsOf: repeatElement(0, count: base + size - values.count))
                return blockPlanes(of: index, base: base, height: height)
            }
            let left = Int(nodes[nodes.startIndex + index].left)
            guard let low = planes(of: left), let high = planes(of: left + 1) else { return nil }
            return merge(conditions[index], low, high)
        }

        /// Planes of a node that owns the `2^height` codes from `base` on.
        private mutating func blockPlanes(of index: Int, base: Int, height: Int) -> Planes {
            let node = nodes[nodes.startIndex + index]
            if node.isLeaf {
                for code in base..<base + 1 << height { values[code] = node.value }
                return Planes { bit in
                    bit < height ? .free : base >> bit & 1 == 0 ? .zero : .one
                }
            }
            let left = Int(node.left)
            let half = 1 << (height - 1)
            let low = blockPlanes(of: left, base: base, height: height - 1)
            let high = blockPlanes(of: left + 1, base: base + half, height: height - 1)
            return merge(conditions[index], low, high)
        }

        private mutating func merge(_ condition: Int32, _ low: Planes, _ high: Planes) -> Planes {
            var merged = Planes(repeating: .free)
            for bit in merged.indices {
                merged[bit] = select(condition, low[bit], high[bit])
            }
            return merged
        }

        /// `condition ? high : low`.
        private mutating func select(
            _ condition: Int32,
            _ low: PlaneBit,
            _ high: PlaneBit
        ) -> PlaneBit {
            if low == .free || low == high { return high }
            if high == .free { return low }
            let decision = -1 - condition
            if low == .zero && high == .one { return .value(decision, isInverted: false) }
            if low == .one && high == .zero { return .value(decision, isInverted: true) }
            return operation(decision, low, high)
        }

        private mutating func operation(
            _ decision: Int32,
            _ low: PlaneBit,
            _ high: PlaneBit
        ) -> PlaneBit {
            var operation = Operation(
                operands: [decision, 0, 0],
                operandCount: 1,
                truth: 0
            )
            let whenLow = operation.truth(of: low)
            let whenHigh = operation.truth(of: high)
            operation.truth = ~Operation.patterns[0] & whenLow | Operation.patterns[0] & whenHigh
            operations.append(operation)
            return .value(Int32(operations.count - 1), isInverted: false)
        }
    }
}

extension PlaneProgram.Operation {
    /// The truth table of each operand by itself.
    static let patterns: InlineArray<3, UInt8> = [0xAA, 0xCC, 0xF0]

    /// Whether `value` is an operand.
    func reads(_ value: Int32) -> Bool {
        for position in 0..<operandCount where operands[position] == value { return true }
        return false
    }

    /// The truth table of `plane`, which becomes an operand if it is a new value.
    fileprivate mutating func truth(of plane: PlaneBit) -> UInt8 {
        guard plane.isValue else { return plane == .one ? 0xFF : 0 }
        var position = 0
        while position < operandCount && operands[position] != plane.value { position += 1 }
        if position == operandCount {
            operands[position] = plane.value
            operandCount += 1
        }
        return plane.isInverted ? ~Self.patterns[position] : Self.patterns[position]
    }
}
