// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A seeded random XGBoost model, written as the JSON that libxgboost 1.7 reads.
struct RandomModel {
    var featureCount = 12
    var treeCount = 20
    var depthMax = 6
    var objective = "binary:logistic"
    var baseScore = "5E-1"
    /// Probability that a split is categorical.
    var categoricalShare = 0.0
    /// Distinct cuts a feature may have.
    var cutsPerFeature = 40
    var leafShare = 0.15
    /// Classes or targets, of which tree i belongs to number i modulo them; 0: one output.
    var classCount = 0

    /// Numeric features first, then categorical ones.
    var numericCount: Int { categoricalShare > 0 ? (featureCount + 1) / 2 : featureCount }

    /// A shape drawn from the whole range that is supported: 1 to 2,000 trees, depth 1 to 16, 1 to
    /// 500 features, with and without categories; of about `nodeCount` nodes at most.
    static func drawn(seed: UInt64, nodeCount: Int) -> RandomModel {
        var random = TestRandom(seed: seed &* 31 &+ 5)
        var model = RandomModel()
        model.depthMax = 1 + random.below(16)
        model.leafShare = [0.05, 0.15, 0.3][random.below(3)]
        model.featureCount = 1 + Int(random.logarithmic(500))
        model.cutsPerFeature = 1 + Int(random.logarithmic(700))
        model.objective =
            [
                "binary:logistic", "binary:logitraw", "reg:squarederror", "reg:logistic",
            ][random.below(4)]
        model.baseScore = ["5E-1", "3E-1", "9.7E-1", "1.234567E-1"][random.below(4)]
        if model.featureCount > 1 && random.below(3) == 0 { model.categoricalShare = 0.25 }
        var size = 1.0
        for _ in 0..<model.depthMax { size = 1 + 2 * (1 - model.leafShare) * size }
        let treesMax = max(1, min(2_000, Double(nodeCount) / size))
        model.treeCount = max(1, Int(random.logarithmic(treesMax)))
        return model
    }

    /// The possible cuts of one feature: the same for the same seed. Some are zero or subnormal.
    func cuts(_ feature: Int, seed: UInt64) -> [Float] {
        var random = TestRandom(seed: seed &+ UInt64(feature) &* 977)
        let special: [Float] = [
            0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, .leastNormalMagnitude,
            .greatestFiniteMagnitude,
        ]
        return (0..<cutsPerFeature).map { _ in
            random.below(16) == 0 ? special[random.below(special.count)] : random.float()
        }
    }

    /// The model's JSON.
    func json(seed: UInt64) -> String {
        var random = TestRandom(seed: seed)
        let trees = (0..<treeCount).map { tree($0, seed: seed, &random) }
        let info = (0..<treeCount).map { "\($0 % max(1, classCount))" }.joined(separator: ",")
        let isMulticlass = objective.hasPrefix("multi:")
        let parameters =
            isMulticlass
            ? "\"softmax_multiclass_param\":{\"num_class\":\"\(classCount)\"}"
            : "\"reg_loss_param\":{\"scale_pos_weight\":\"1\"}"
        let types = (0..<featureCount).map { $0 < numericCount ? "\"float\"" : "\"c\"" }
        return """
            {"learner":{"attributes":{},"feature_names":[],\
            "feature_types":[\(categoricalShare > 0 ? types.joined(separator: ",") : "")],\
            "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1",\
            "num_trees":"\(treeCount)","size_leaf_vector":"0"},"tree_info":[\(info)],\
            "trees":[\(trees.joined(separator: ","))]},"name":"gbtree"},\
            "learner_model_param":{"base_score":"\(baseScore)","boost_from_average":"1",\
            "num_class":"\(isMulticlass ? classCount : 0)","num_feature":"\(featureCount)",\
            "num_target":"\(isMulticlass ? 1 : max(1, classCount))"},\
            "objective":{"name":"\(objective)",\(parameters)}},\
            "version":[1,7,4]}
            """
    }

    private struct Arrays {
        var left: [Int] = []
        var right: [Int] = []
        var parents: [Int] = []
        var features: [Int] = []
        var conditions: [Float] = []
        var defaults: [Int] = []
        var types: [Int] = []
        var categories: [Int] = []
        var categoryNodes: [Int] = []
        var segments: [Int] = []
        var sizes: [Int] = []

        mutating func addNode(parent: Int) {
            left.append(-1)
            right.append(-1)
            parents.append(parent)
            features.append(0)
            conditions.append(0)
            defaults.append(0)
            types.append(0)
        }
    }

    private func tree(_ id: Int, seed: UInt64, _ random: inout TestRandom) -> String {
        var arrays = Arrays()
        arrays.addNode(parent: 2_147_483_647)
        var depths = [0]
        var node = 0
        while node < arrays.left.count {
            if depths[node] < depthMax && random.unit() >= leafShare {
                let child = arrays.left.count
                arrays.left[node] = child
                arrays.right[node] = child + 1
                for _ in 0..<2 {
                    arrays.addNode(parent: node)
                    depths.append(depths[node] + 1)
                }
                split(node, &arrays, seed, &random)
            } else {
                arrays.conditions[node] = (random.float()) / 10
            }
            node += 1
        }
        return text(id, arrays)
    }

    private func split(
        _ node: Int,
        _ arrays: inout Arrays,
        _ seed: UInt64,
        _ random: inout TestRandom
    ) {
        arrays.defaults[node] = random.below(2)
        guard random.unit() < categoricalShare else {
            let feature = random.below(numericCount)
            arrays.features[node] = feature
            let cuts = cuts(feature, seed: seed)
            arrays.conditions[node] = cuts[random.below(cuts.count)]
            return
        }
        arrays.features[node] = numericCount + random.below(featureCount - numericCount)
        arrays.types[node] = 1
        arrays.categoryNodes.append(node)
        arrays.segments.append(arrays.categories.count)
        let members = (0..<40).filter { _ in random.below(3) == 0 } + [41]
        arrays.sizes.append(members.count)
        arrays.categories += members
    }

    private func text(_ id: Int, _ arrays: Arrays) -> String {
        func list<Value>(_ values: [Value]) -> String {
            "[" + values.map { "\($0)" }.joined(separator: ",") + "]"
        }
        // libxgboost insists on floats here.
        let zeros = list([Float](repeating: 0, count: arrays.left.count))
        return """
            {"base_weights":\(zeros),"categories":\(list(arrays.categories)),\
            "categories_nodes":\(list(arrays.categoryNodes)),\
            "categories_segments":\(list(arrays.segments)),\
            "categories_sizes":\(list(arrays.sizes)),"default_left":\(list(arrays.defaults)),\
            "id":\(id),"left_children":\(list(arrays.left)),"loss_changes":\(zeros),\
            "parents":\(list(arrays.parents)),"right_children":\(list(arrays.right)),\
            "split_conditions":\(list(arrays.conditions)),\
            "split_indices":\(list(arrays.features)),"split_type":\(list(arrays.types)),\
            "sum_hessian":\(list(covers(arrays, id))),"tree_param":{"num_deleted":"0",\
            "num_feature":"\(featureCount)","num_nodes":"\(arrays.left.count)",\
            "size_leaf_vector":"0"}}
            """
    }

    /// Covers of the nodes: some number at a leaf, and sums of them at splits.
    private func covers(_ arrays: Arrays, _ id: Int) -> [Float] {
        var covers = [Float](repeating: 0, count: arrays.left.count)
        for node in covers.indices.reversed() {
            covers[node] =
                arrays.left[node] < 0
                ? Float((node * 7_919 + id * 104_729) % 97 + 1) / 8
                : covers[arrays.left[node]] + covers[arrays.right[node]]
        }
        return covers
    }

    /// Row-major rows around the model's cuts: on them, one ulp from them, missing and extreme.
    func rows(_ count: Int, seed: UInt64) -> [Float] {
        var random = TestRandom(seed: seed ^ 0xABCD)
        let cuts = (0..<numericCount).map { self.cuts($0, seed: seed) }
        var values: [Float] = []
        values.reserveCapacity(count * featureCount)
        for _ in 0..<count {
            for feature in 0..<featureCount {
                values.append(
                    feature < numericCount
                        ? number(near: cuts[feature], &random) : category(&random)
                )
            }
        }
        return values
    }

    private func number(near cuts: [Float], _ random: inout TestRandom) -> Float {
        let cut = cuts[random.below(cuts.count)]
        switch random.below(12) {
        case 0: return .nan
        case 1:
            let extremes: [Float] = [
                .infinity, -.infinity, 0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude,
                .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNormalMagnitude,
                Float.leastNormalMagnitude.nextDown,
            ]
            return extremes[random.below(extremes.count)]
        case 2..<5: return cut
        case 5..<7: return cut.nextUp
        case 7..<9: return cut.nextDown
        default: return random.float()
        }
    }

    private func category(_ random: inout TestRandom) -> Float {
        switch random.below(10) {
        case 0: .nan
        case 1: [Float](arrayLiteral: -1, 64, 1_000, 63, 2.5, 16_777_216)[random.below(6)]
        default: Float(random.below(45))
        }
    }
}

/// A seeded generator (xorshift64*, Vigna 2016).
struct TestRandom {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    mutating func below(_ bound: Int) -> Int { Int(next() >> 33) % bound }

    mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

    /// Between 1 and `bound`, small numbers as likely as large ones.
    mutating func logarithmic(_ bound: Double) -> Double { pow(bound, unit()) }

    /// A float of moderate size, negative as often as not.
    mutating func float() -> Float { Float((unit() - 0.5) * 8) }
}
