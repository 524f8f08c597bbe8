// SPDX-License-Identifier: Apache-2.0

/// The values of a tree's leaves: one each, or one for each output.
struct LeafValues {
    /// Values of a leaf.
    let count: Int
    private let values: [Float]
    /// Where the values of each leaf begin, in leaves; nil: at its own place.
    private let places: [Int32]?

    /// - Parameters:
    ///   - conditions: thresholds of splits, values of leaves that have one.
    ///   - right: right children.
    init(
        _ tree: TreeDocument,
        index: Int,
        conditions: [Float],
        right: [Int32]
    ) throws(ForestError) {
        let text = tree.leafVectorSize ?? "1"
        guard let size = Int(text), (0...ForestLimits.outputsMax).contains(size) else {
            let fault = ForestError.TreeFault.wrongCount(
                field: TreeParameterKey.leafVectorSize.rawValue,
                stated: text,
                found: 1
            )
            throw .invalidTree(index, fault)
        }
        count = max(1, size)
        guard count > 1 else {
            values = conditions
            places = nil
            return
        }
        if let leafWeights = tree.leafWeights {
            values = leafWeights
            // The right child of a leaf is its number among the leaves.
            places = right
            return
        }
        values = tree.baseWeights
        places = nil
        guard values.count == conditions.count * count else {
            let fault = ForestError.TreeFault.arrayLength(
                field: TreeKey.baseWeights.rawValue,
                count: values.count,
                expected: conditions.count * count
            )
            throw .invalidTree(index, fault)
        }
    }

    /// The value of a leaf for an output; nil where the tree has none.
    func value(node: Int, output: Int) -> Float? {
        guard count > 1 else { return values[node] }
        let leaf = places.map { Int($0[node]) } ?? node
        guard leaf >= 0, leaf < values.count / count else { return nil }
        return values[leaf * count + output]
    }
}
