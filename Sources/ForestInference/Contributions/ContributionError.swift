// SPDX-License-Identifier: Apache-2.0

/// Why a forest cannot say what each column contributes to a score.
public enum ContributionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The model does not say how much of its training came to each node.
    case noCovers
    /// The covers of a split's children are negative, no numbers, or not those of the split.
    case cover(tree: Int, node: Int)
    /// The leaves of a tree are too far apart for float32.
    case leaves(tree: Int)
    /// What the kernels read would take more memory than there may be.
    case tooLarge(bytes: Int, limit: Int)

    /// What is wrong: a sentence without its end.
    public var description: String {
        switch self {
        case .noCovers:
            "the model does not have the covers of its nodes (sum_hessian), which reasons need; "
                + "train it again"
        case .cover(let tree, let node):
            "tree \(tree) has covers at node \(node) (sum_hessian, counted level by level) that do "
                + "not add up, so that nothing exact can be said of its reasons"
        case .leaves(let tree):
            "tree \(tree) has leaves that are too far apart for float32"
        case .tooLarge(let bytes, let limit):
            "reasons of this model would take \(bytes) bytes of tables, and \(limit) are allowed"
        }
    }
}
