// SPDX-License-Identifier: Apache-2.0

/// The arrays of one tree, all present and of one length.
struct TreeArrays {
    let index: Int
    let left: [Int32]
    let right: [Int32]
    let features: [Int32]
    let conditions: [Float]
    let defaultLeft: [Int32]
    /// Covers of the nodes; empty where the document has none.
    let covers: [Float]
    let leafValues: LeafValues
    private let splitType: [Int32]

    var count: Int { left.count }

    /// Features that the tree says the model has.
    let featureCount: String
    /// Deleted nodes that the tree says it has.
    let deletedCount: String?

    init(_ tree: TreeDocument, index: Int) throws(ForestError) {
        self.index = index
        guard let left = tree.leftChildren else { throw .missingField("left_children") }
        guard let right = tree.rightChildren else { throw .missingField("right_children") }
        guard let features = tree.splitIndices else { throw .missingField("split_indices") }
        guard let values = tree.splitConditions else { throw .missingField("split_conditions") }
        guard let defaults = tree.defaultLeft else { throw .missingField("default_left") }
        guard let featureCount = tree.featureCount else { throw .missingField("num_feature") }
        self.left = left
        self.right = right
        self.features = features
        self.conditions = values
        leafValues = try LeafValues(tree, index: index, conditions: values, right: right)
        self.defaultLeft = defaults
        self.covers = tree.sumHessian
        self.splitType = tree.splitType
        self.featureCount = featureCount
        self.deletedCount = tree.deletedCount
        try checkLengths()
        try checkCounts(tree)
        try checkFlags("default_left", defaults)
        try checkFlags("split_type", splitType)
    }

    /// One entry a node, and at least one node.
    private func checkLengths() throws(ForestError) {
        let lengths = [
            ("right_children", right.count), ("split_indices", features.count),
            ("split_conditions", conditions.count), ("default_left", defaultLeft.count),
            ("split_type", splitType.isEmpty ? count : splitType.count),
            ("sum_hessian", covers.isEmpty ? count : covers.count),
        ]
        for (field, length) in lengths where length != count {
            let fault = ForestError.TreeFault.arrayLength(
                field: field,
                count: length,
                expected: count
            )
            throw .invalidTree(index, fault)
        }
        guard count > 0 else {
            throw .invalidTree(
                index,
                .arrayLength(field: "left_children", count: 0, expected: 1)
            )
        }
    }

    /// XGBoost puts trees where their ids say: here they must be in that order.
    private func checkCounts(_ tree: TreeDocument) throws(ForestError) {
        for (field, text, found) in [
            ("id", tree.id, index), ("num_nodes", tree.nodeCount, count),
        ] {
            guard let text else { throw .missingField(field) }
            guard Int(text) == found else {
                throw .invalidTree(index, .wrongCount(field: field, stated: text, found: found))
            }
        }
    }

    private func checkFlags(_ field: String, _ values: [Int32]) throws(ForestError) {
        guard let node = values.firstIndex(where: { UInt32(bitPattern: $0) > 1 }) else { return }
        throw .invalidTree(index, .flag(field: field, node: node))
    }

    func isCategorical(_ node: Int) -> Bool {
        !splitType.isEmpty && splitType[node] != 0
    }

    /// The children of `node`, or nil for a leaf; each node is claimed once.
    func children(
        of node: Int,
        claimed: inout [Bool]
    ) throws(ForestError) -> (left: Int, right: Int)? {
        // The right child of a leaf with several values may be its number among the leaves.
        if left[node] == -1, right[node] == -1 || leafValues.count > 1 { return nil }
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
