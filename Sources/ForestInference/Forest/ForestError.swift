// SPDX-License-Identifier: Apache-2.0

/// Why a model cannot be used: what is wrong, and where.
public enum ForestError: Error, Equatable, Sendable {
    /// A quantity exceeds its limit in ``ForestLimits``.
    case tooLarge(Quantity, count: Int, limit: Int)
    /// The bytes at `offset` are not valid JSON or UBJSON.
    case malformed(offset: Int)
    /// The document ends inside a value.
    case truncated
    /// The value at `offset` is not of the kind `field` needs.
    case wrongType(field: String, offset: Int)
    /// A field the model cannot do without is absent.
    case missingField(String)
    /// A field is given twice; readers disagree about which one counts.
    case duplicateField(String)
    /// A field that no release of XGBoost known here writes: it may change predictions.
    case unknownField(String, level: String)
    /// A field outside the trees holds a value it must not have.
    case invalidValue(field: String)
    /// A field outside the trees says another count than is there.
    case wrongCount(field: String, stated: String, found: Int)
    /// `best_iteration` is not one of the model's iterations.
    case bestIteration(String, iterations: Int)
    /// Iterations that the model does not have were asked for.
    case iterations(Range<Int>, of: Int)
    /// The model is well formed, and of a kind that is not supported.
    case unsupported(Feature)
    /// A tree, counted from 0, is not a tree.
    case invalidTree(Int, TreeFault)
    /// A stored section, named by its id, does not hold what it must.
    case invalidSection(UInt32)

    /// What a limit counts.
    public enum Quantity: String, Sendable {
        case bytes, nesting, trees, nodes, depth, features, categories, columns, text
        case categoryWords, categorySets, cuts, outputs, weights
    }

    /// Kinds of model that are refused, since a wrong answer is worse than none.
    public enum Feature: Equatable, Sendable {
        /// A booster other than `gbtree`, `dart` and `gblinear`.
        case booster(String)
        /// An objective outside ``Objective``.
        case objective(String)
        /// Written by a release whose documents are not known.
        case version(String)
        /// Stopped early with several trees an iteration, by a release that does not say how many.
        case parallelTrees(bestIteration: String, trees: String)
        /// XGBoost's own binary format, which 1.0 to 3.0 read and JSON replaces.
        case binaryFormat
    }

    /// What is wrong with one tree; nodes are counted as in the file.
    public enum TreeFault: Equatable, Sendable {
        /// An array of the tree has a length other than the number of nodes.
        case arrayLength(field: String, count: Int, expected: Int)
        /// A child lies outside the tree, before its parent, or only one child is there.
        case child(node: Int)
        /// A count of the tree says something else than is there.
        case wrongCount(field: String, stated: String, found: Int)
        /// A flag of a node is neither 0 nor 1.
        case flag(field: String, node: Int)
        /// Two nodes claim the same child.
        case sharedChild(node: Int)
        /// A node is neither reachable nor marked as deleted.
        case unreachable(node: Int)
        /// A split names a feature the model does not have.
        case feature(node: Int)
        /// A threshold or a leaf is not finite.
        case value(node: Int)
        /// A categorical split has no categories, or bad ones.
        case categories(node: Int)
        /// The tree belongs to an output that the model does not have.
        case output(Int, outputCount: Int)
    }
}
