// SPDX-License-Identifier: Apache-2.0

// Every key that XGBoost 1.0 to 3.4 writes, level by level (0.90 and older have no JSON). What a
// reader does with each stands where the level is read; a key that is not here is refused, since a
// newer release may change predictions by it.

/// The keys that one level of a model document may have.
protocol DocumentKey: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// The level's name in messages.
    static var level: String { get }
    /// `allCases` by name.
    static var table: KeyTable<Self> { get }
}

/// Finds the keys of one level by name.
struct KeyTable<Key: DocumentKey>: Sendable {
    private let entries: [String: (key: Key, bit: UInt32)]

    init() {
        precondition(Key.allCases.count <= UInt32.bitWidth, "a level of a document has few keys")
        var entries: [String: (key: Key, bit: UInt32)] = [:]
        for (index, key) in Key.allCases.enumerated() { entries[key.rawValue] = (key, 1 << index) }
        self.entries = entries
    }

    subscript(name: String) -> (key: Key, bit: UInt32)? { entries[name] }
}

/// Reads the keys of one object: each of them is known, and there once.
struct KeyReader<Key: DocumentKey> {
    private var state: ContainerState
    private var seen: UInt32 = 0

    /// Enters the object.
    init(_ reader: inout some DocumentReader) throws(ForestError) {
        state = try reader.beginObject()
    }

    /// The next key, whose value must then be read; nil at the object's end.
    mutating func next(_ reader: inout some DocumentReader) throws(ForestError) -> Key? {
        guard let name = try reader.nextKey(&state, limit: ForestLimits.textBytesMax) else {
            return nil
        }
        guard let (key, bit) = Key.table[name] else {
            throw .unknownField(name, level: Key.level)
        }
        guard seen & bit == 0 else { throw .duplicateField(name) }
        seen |= bit
        return key
    }
}

/// The document itself.
enum DocumentRootKey: String, DocumentKey {
    case learner
    case version

    static let level = "the document"
    static let table = KeyTable<Self>()
}

/// `learner`.
enum LearnerKey: String, DocumentKey {
    case attributes
    case featureNames = "feature_names"
    case featureTypes = "feature_types"
    case booster = "gradient_booster"
    case parameters = "learner_model_param"
    case objective

    static let level = "learner"
    static let table = KeyTable<Self>()
}

/// `learner_model_param`.
enum LearnerParameterKey: String, DocumentKey {
    case baseScore = "base_score"
    case boostFromAverage = "boost_from_average"
    case classCount = "num_class"
    case featureCount = "num_feature"
    case targetCount = "num_target"

    static let level = "learner_model_param"
    static let table = KeyTable<Self>()
}

/// `objective`: its name, and what it was configured with.
enum ObjectiveKey: String, DocumentKey {
    case name
    case regression = "reg_loss_param"
    case accelerated = "aft_loss_param"
    case expectile = "expectile_loss_param"
    case lambdaRankOld = "lambda_rank_param"
    case lambdaRank = "lambdarank_param"
    case poisson = "poisson_regression_param"
    /// As XGBoost 1.6 spells it.
    case pseudoHuberOld = "pseduo_huber_param"
    case pseudoHuber = "pseudo_huber_param"
    case quantile = "quantile_loss_param"
    case softmax = "softmax_multiclass_param"
    case tweedie = "tweedie_regression_param"
    case positionBiasPlus = "ti+"
    case positionBiasMinus = "tj-"

    static let level = "objective"
    static let table = KeyTable<Self>()
}

/// What an objective was configured with, which matters in training alone, but for the number of
/// classes.
enum ObjectiveParameterKey: String, DocumentKey {
    case failureDistribution = "aft_loss_distribution"
    case failureScale = "aft_loss_distribution_scale"
    case expectiles = "expectile_alpha"
    case listWeight = "fix_list_weight"
    case huberSlope = "huber_slope"
    case biasNorm = "lambdarank_bias_norm"
    case normalization = "lambdarank_normalization"
    case pairCount = "lambdarank_num_pair_per_sample"
    case pairMethod = "lambdarank_pair_method"
    case scoreNormalization = "lambdarank_score_normalization"
    case unbiased = "lambdarank_unbiased"
    case deltaStep = "max_delta_step"
    case exponentialGain = "ndcg_exp_gain"
    case classCount = "num_class"
    case pairSample = "num_pairsample"
    case quantiles = "quantile_alpha"
    case positiveWeight = "scale_pos_weight"
    case variancePower = "tweedie_variance_power"

    static let level = "the objective's parameters"
    static let table = KeyTable<Self>()
}

/// `gradient_booster`.
enum BoosterKey: String, DocumentKey {
    case name
    case model
    /// The forest of `dart`, to XGBoost 3.2.
    case forestOfDart = "gbtree"
    /// Only where trees have weights: DART, whatever the booster's name is.
    case treeWeights = "weight_drop"

    static let level = "gradient_booster"
    static let table = KeyTable<Self>()
}

/// `gbtree` of `gradient_booster`.
enum DartForestKey: String, DocumentKey {
    case name
    case model

    static let level = "gbtree"
    static let table = KeyTable<Self>()
}

/// `model` of `gradient_booster`.
enum ForestKey: String, DocumentKey {
    case parameters = "gbtree_model_param"
    case trees
    case treeGroups = "tree_info"
    /// Where each iteration begins, since XGBoost 2.0.
    case iterationStarts = "iteration_indptr"
    /// The categories that codes stand for, since XGBoost 3.1.
    case categories = "cats"
    /// DART since XGBoost 3.4.
    case treeWeights = "weight_drop"
    /// Of `gblinear`.
    case linearWeights = "weights"
    /// Of `gblinear`.
    case linearRounds = "boosted_rounds"

    static let level = "model"
    static let table = KeyTable<Self>()
}

/// `gbtree_model_param`.
enum ForestParameterKey: String, DocumentKey {
    case treesPerIteration = "num_parallel_tree"
    case treeCount = "num_trees"
    case leafVectorSize = "size_leaf_vector"

    static let level = "gbtree_model_param"
    static let table = KeyTable<Self>()
}

/// `cats`.
enum CategoriesKey: String, DocumentKey {
    case encodings = "enc"
    case featureSegments = "feature_segments"
    case sortedIndex = "sorted_idx"

    static let level = "cats"
    static let table = KeyTable<Self>()
}

/// The categories of one feature, within `enc`.
enum CategoryEncodingKey: String, DocumentKey {
    /// Of texts: where each begins, and the end.
    case offsets
    /// Of numbers: their kind.
    case type
    /// Bytes of texts, or numbers.
    case values

    static let level = "a feature of cats"
    static let table = KeyTable<Self>()
}

/// A tree.
enum TreeKey: String, DocumentKey {
    case baseWeights = "base_weights"
    case categories
    case categoryNodes = "categories_nodes"
    case categorySegments = "categories_segments"
    case categorySizes = "categories_sizes"
    case defaultLeft = "default_left"
    case id
    /// XGBoost 1.0 to 1.2.
    case leafChildCounts = "leaf_child_counts"
    /// Leaves with several outputs, since XGBoost 3.2.
    case leafWeights = "leaf_weights"
    case leftChildren = "left_children"
    case lossChanges = "loss_changes"
    case parameters = "tree_param"
    case parents
    case rightChildren = "right_children"
    case splitConditions = "split_conditions"
    case splitIndices = "split_indices"
    case splitType = "split_type"
    case sumHessian = "sum_hessian"

    static let level = "a tree"
    static let table = KeyTable<Self>()
}

/// `tree_param`.
enum TreeParameterKey: String, DocumentKey {
    case deletedCount = "num_deleted"
    case featureCount = "num_feature"
    case nodeCount = "num_nodes"
    case leafVectorSize = "size_leaf_vector"

    static let level = "tree_param"
    static let table = KeyTable<Self>()
}
