// SPDX-License-Identifier: Apache-2.0

/// The planes of one tree's leaf codes as boolean operations on its conditions.
///
/// A leaf gets a code, and plane b holds bit b of the code of each row's leaf:
/// `P_b(node) = condition ? P_b(right) : P_b(left)`, one operation on 512 rows. Subtrees of height
/// at most `blockHeight` own aligned blocks of codes whose low bits are the path: there most
/// planes are constants, conditions or free, and vanish. Blocks are packed in depth-first order,
/// which keeps the high planes small. A leaf above the bottom of its block owns several codes.
struct PlaneProgram {
    /// A plane, or an operand of an operation.
    enum Plane: Equatable {
        case zero, one
        /// Any bit will do.
        case free
        /// Result of operation `id` (from 0), or condition `-1 - id`.
        case value(Int32, isInverted: Bool)
    }

    /// `condition ? right : left`, simplified to three distinct operands at most.
    struct Operation {
        var operands: (Int32, Int32, Int32)
        var operandCount: Int
        /// Bit `a | b << 1 | c << 2` is the result for operands a, b, c.
        var truth: UInt8
    }

    private(set) var operations: [Operation] = []
    /// Planes of the whole tree, lowest first.
    private(set) var planes: [Plane] = []
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
        self.planes = Array(planes.prefix(bits))
        values = walker.values
        values.append(contentsOf: repeatElement(0, count: (128 - values.count % 128) % 128))
    }
}

extension PlaneProgram {
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
        mutating func planes(of index: Int) -> [Plane]? {
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
        private mutating func blockPlanes(of index: Int, base: Int, height: Int) -> [Plane] {
            let node = nodes[nodes.startIndex + index]
            if node.isLeaf {
                for code in base..<base + 1 << height { values[code] = node.value }
                return (0..<PlaneProgram.planesMax).map { bit in
                    bit < height ? .free : base >> bit & 1 == 0 ? .zero : .one
                }
            }
            let left = Int(node.left)
            let half = 1 << (height - 1)
            let low = blockPlanes(of: left, base: base, height: height - 1)
            let high = blockPlanes(of: left + 1, base: base + half, height: height - 1)
            return merge(conditions[index], low, high)
        }

        private mutating func merge(_ condition: Int32, _ low: [Plane], _ high: [Plane]) -> [Plane]
        {
            (0..<PlaneProgram.planesMax).map { select(condition, low[$0], high[$0]) }
        }

        /// `condition ? high : low`.
        private mutating func select(_ condition: Int32, _ low: Plane, _ high: Plane) -> Plane {
            if low == .free || low == high { return high }
            if high == .free { return low }
            let decision = -1 - condition
            switch (low, high) {
            case (.zero, .one): return .value(decision, isInverted: false)
            case (.one, .zero): return .value(decision, isInverted: true)
            default: return operation(decision, low, high)
            }
        }

        private mutating func operation(_ decision: Int32, _ low: Plane, _ high: Plane) -> Plane {
            var ids = [decision]
            for plane in [low, high] {
                if case .value(let id, _) = plane, !ids.contains(id) { ids.append(id) }
            }
            var truth: UInt8 = 0
            for inputs in 0..<8 {
                let chosen = inputs & 1 == 0 ? low : high
                let bit: Bool
                switch chosen {
                case .zero, .free: bit = false
                case .one: bit = true
                case .value(let id, let isInverted):
                    let position = ids.firstIndex(of: id) ?? 0
                    bit = (inputs >> position & 1 != 0) != isInverted
                }
                if bit { truth |= 1 << UInt8(inputs) }
            }
            let id = Int32(operations.count)
            operations.append(
                Operation(
                    operands: (ids[0], ids.count > 1 ? ids[1] : 0, ids.count > 2 ? ids[2] : 0),
                    operandCount: ids.count,
                    truth: truth
                )
            )
            return .value(id, isInverted: false)
        }
    }
}
