// SPDX-License-Identifier: Apache-2.0

/// The arrays of one tree, all present and of one length.
struct TreeArrays {
    let index: Int
    let left: [Int32]
    let right: [Int32]
    let features: [Int32]
    let conditions: [Float]
    let defaultLeft: [Int32]
    private let splitType: [Int32]

    var count: Int { left.count }

    init(_ tree: TreeDocument, index: Int) throws(ForestError) {
        self.index = index
        guard let left = tree.leftChildren else { throw .missingField("left_children") }
        guard let right = tree.rightChildren else { throw .missingField("right_children") }
        guard let features = tree.splitIndices else { throw .missingField("split_indices") }
        guard let values = tree.splitConditions else { throw .missingField("split_conditions") }
        guard let defaults = tree.defaultLeft else { throw .missingField("default_left") }
        if let size = tree.leafVectorSize, size != "0", size != "1" {
            throw .unsupported(.outputs(Int(size) ?? 0))
        }
        let lengths = [
            ("right_children", right.count), ("split_indices", features.count),
            ("split_conditions", values.count), ("default_left", defaults.count),
            ("split_type", tree.splitType.isEmpty ? left.count : tree.splitType.count),
        ]
        for (field, count) in lengths where count != left.count {
            let fault = ForestError.TreeFault.arrayLength(
                field: field,
                count: count,
                expected: left.count
            )
            throw .invalidTree(index, fault)
        }
        guard !left.isEmpty else {
            throw .invalidTree(
                index,
                .arrayLength(field: "left_children", count: 0, expected: 1)
            )
        }
        self.left = left
        self.right = right
        self.features = features
        self.conditions = values
        self.defaultLeft = defaults
        self.splitType = tree.splitType
    }

    func isCategorical(_ node: Int) -> Bool {
        !splitType.isEmpty && splitType[node] != 0
    }

    /// The children of `node`, or nil for a leaf; each node is claimed once.
    func children(
        of node: Int,
        claimed: inout [Bool]
    ) throws(ForestError) -> (left: Int, right: Int)? {
        if left[node] == -1, right[node] == -1 { return nil }
        for child in [Int(left[node]), Int(right[node])] {
            guard child > node, child < count else {
                throw .invalidTree(index, .child(node: node))
            }
            guard !claimed[child] else { throw .invalidTree(index, .sharedChild(node: child)) }
            claimed[child] = true
        }
        return (Int(left[node]), Int(right[node]))
    }
}
