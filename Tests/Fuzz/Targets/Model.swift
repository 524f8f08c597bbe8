// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

extension FuzzTarget {
    /// A model of XGBoost in JSON or UBJSON: reader, validator, prediction, contributions. A forest
    /// that is accepted must survive its sections, its kernels must agree with the reference, and
    /// contributions must not depend on the rows that come with a row.
    package static let model = FuzzTarget(
        name: "model",
        seeds: {
            [
                Array(ModelSeed.json.utf8), ModelSeed.ubjson(ModelSeed.json),
                Array(ModelSeed.stopped.utf8), ModelSeed.ubjson(ModelSeed.stopped),
                Array(ModelSeed.classes.utf8), ModelSeed.ubjson(ModelSeed.classes),
                Array(ModelSeed.linear.utf8), ModelSeed.ubjson(ModelSeed.linear),
                Array(ModelSeed.targets.utf8), ModelSeed.ubjson(ModelSeed.targets),
            ]
        },
        run: { bytes in
            let forest = accepted { () throws(ForestError) in try Forest(xgboost: bytes) }
            return forest.flatMap { ForestCheck.run($0) }
        }
    )
}

/// What must hold of every forest that was accepted.
enum ForestCheck {
    /// Rows to score: values around the thresholds, missing ones, and the ends of the range.
    private static let rowCount = 17

    static func run(_ forest: Forest) -> String? {
        let again = accepted { () throws(ForestError) in
            try Forest(sections: forest.sections())
        }
        guard let again else { return "the sections of an accepted forest are refused" }
        guard again.nodes.count == forest.nodes.count, again.treeStarts == forest.treeStarts else {
            return "the sections hold another forest"
        }
        // Compiling measures its kernels; large forests are for the tests of the core.
        guard forest.nodes.count <= 512, forest.outputCount <= 64,
            (1...64).contains(forest.featureCount)
        else { return nil }
        return compare(forest)
    }

    private static func compare(_ forest: Forest) -> String? {
        let values = values(forest)
        let reference = ReferencePredictor(forest)
        let expected = (0..<rowCount).flatMap { row in
            reference.margins(
                of: (0..<forest.featureCount).map { values[$0 * rowCount + row] }
            )
        }
        let options = CompileOptions(allowsGeneratedCode: false)
        let compiled = accepted { () throws(ForestError) in
            try CompiledForest(forest, options: options)
        }
        guard let compiled else { return nil }
        let layout = MatrixLayout.columnMajor(
            rowCount: rowCount,
            columnCount: forest.featureCount
        )
        for kernel in compiled.activeKernels {
            var margins = Array(repeating: Float(0), count: expected.count)
            var span = margins.mutableSpan
            compiled.score(
                values.span,
                layout: layout,
                output: .margin,
                into: &span,
                scratch: compiled.makeScratch(),
                kernel: kernel
            )
            for (index, margin) in margins.enumerated() where !isEqual(margin, expected[index]) {
                return "\(kernel) gives \(margin) at \(index), the reference \(expected[index])"
            }
        }
        return explain(compiled, values)
    }

    /// Contributions of all rows together against those of each row.
    private static func explain(_ compiled: CompiledForest, _ values: [Float]) -> String? {
        let contributions = accepted { () throws(ContributionError) in
            try ForestContributions(compiled)
        }
        guard let contributions else { return nil }
        let count = compiled.forest.featureCount
        let cells = compiled.forest.outputCount * count
        func sums(_ values: [Float], rows: Range<Int>) -> [Int64] {
            var sums = [Int64](repeating: 0, count: rows.count * cells)
            var span = sums.mutableSpan
            contributions.sums(
                values.span.extracting(rows.lowerBound...),
                layout: .columnMajor(
                    rowCount: rows.count,
                    columnCount: count,
                    columnStride: rowCount
                ),
                columns: .prepared(count),
                into: &span
            )
            return sums
        }
        let all = sums(values, rows: 0..<rowCount)
        for row in 0..<rowCount {
            let own = sums(values, rows: row..<row + 1)
            guard own == Array(all[row * cells..<(row + 1) * cells]) else {
                return "row \(row) has other contributions alone than among others"
            }
        }
        return nil
    }

    /// Bit for bit; of numbers that are none the bits do not matter.
    private static func isEqual(_ left: Float, _ right: Float) -> Bool {
        left.bitPattern == right.bitPattern || left.isNaN && right.isNaN
    }

    private static func values(_ forest: Forest) -> [Float] {
        let thresholds = forest.nodes.filter { !$0.isLeaf && !$0.isCategorical }.map(\.value)
        let special: [Float] = [.nan, 0, -0.0, 1, -1, .infinity, -.infinity, .ulpOfOne]
        return (0..<rowCount * forest.featureCount).map { index in
            guard !thresholds.isEmpty, index % 3 > 0 else { return special[index % special.count] }
            let threshold = thresholds[index % thresholds.count]
            return index % 3 == 1 ? threshold : threshold.nextDown
        }
    }
}

/// Small models of XGBoost, in both of their formats.
enum ModelSeed {
    /// Of 1.7: one tree.
    static let json = """
        {"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["float","float"],\
        "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1",\
        "size_leaf_vector":"0"},"tree_info":[0],"trees":[{"base_weights":[0.1,0.2,-0.3],\
        "categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],\
        "default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"loss_changes":[1.5,0,0],\
        "parents":[2147483647,0,0],"right_children":[2,-1,-1],"split_conditions":[0.5,0.2,-0.3],\
        "split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[4,2,2],\
        "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"3",\
        "size_leaf_vector":"0"}}]},"name":"gbtree"},\
        "learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2",\
        "num_target":"1"},"objective":{"name":"binary:logistic",\
        "reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]}
        """

    /// Of 3.2: two iterations of which the first is the best one, and a category.
    static let stopped = """
        {"learner":{"attributes":{"best_iteration":"0","best_score":"0.1"},"feature_names":["k"],\
        "feature_types":["c"],"gradient_booster":{"model":{"cats":{"enc":[{"type":15,\
        "values":[7,9]}],"feature_segments":[0,2],"sorted_idx":[0,1]},"gbtree_model_param":\
        {"num_parallel_tree":"1","num_trees":"2"},"iteration_indptr":[0,1,2],"tree_info":[0,0],\
        "trees":[{"categories":[1],"categories_nodes":[0],"categories_segments":[0],\
        "categories_sizes":[1],"default_left":[0,0,0],"id":0,"left_children":[1,-1,-1],\
        "right_children":[2,-1,-1],"split_conditions":[1.5,0.2,-0.3],"split_indices":[0,0,0],\
        "split_type":[1,0,0],"tree_param":{"num_deleted":"0","num_feature":"1","num_nodes":"3",\
        "size_leaf_vector":"1"}},{"categories":[],"categories_nodes":[],"categories_segments":[],\
        "categories_sizes":[],"default_left":[0],"id":1,"left_children":[-1],\
        "right_children":[-1],"split_conditions":[0.5],"split_indices":[0],"split_type":[0],\
        "tree_param":{"num_deleted":"0","num_feature":"1","num_nodes":"1",\
        "size_leaf_vector":"1"}}]},"name":"gbtree"},"learner_model_param":\
        {"base_score":"[5E-1]","boost_from_average":"1","num_class":"0","num_feature":"1",\
        "num_target":"1"},"objective":{"name":"binary:logistic",\
        "reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]}
        """

    /// Of 1.7: DART with two classes, a stump for each.
    static let classes = """
        {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":\
        {"gbtree":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"2",\
        "size_leaf_vector":"0"},"tree_info":[0,1],"trees":[{"categories":[],\
        "categories_nodes":[],"categories_segments":[],"categories_sizes":[],\
        "default_left":[1,0,0],"id":0,"left_children":[1,-1,-1],"right_children":[2,-1,-1],\
        "split_conditions":[0.5,0.2,-0.3],"split_indices":[0,0,0],"split_type":[0,0,0],\
        "tree_param":{"num_deleted":"0","num_feature":"1","num_nodes":"3",\
        "size_leaf_vector":"0"}},{"categories":[],"categories_nodes":[],\
        "categories_segments":[],"categories_sizes":[],"default_left":[0],"id":1,\
        "left_children":[-1],"right_children":[-1],"split_conditions":[0.5],\
        "split_indices":[0],"split_type":[0],"tree_param":{"num_deleted":"0",\
        "num_feature":"1","num_nodes":"1","size_leaf_vector":"0"}}]},"name":"gbtree"},\
        "name":"dart","weight_drop":[0.5,0.25]},"learner_model_param":{"base_score":"5E-1",\
        "num_class":"2","num_feature":"1","num_target":"1"},"objective":\
        {"name":"multi:softprob","softmax_multiclass_param":{"num_class":"2"}}},\
        "version":[1,7,4]}
        """

    /// Of 3.2: a linear model.
    static let linear = """
        {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":\
        {"model":{"boosted_rounds":2,"weights":[0.5,-0.25,0.125]},"name":"gblinear"},\
        "learner_model_param":{"base_score":"[1.5E0]","boost_from_average":"1",\
        "num_class":"0","num_feature":"2","num_target":"1"},"objective":\
        {"name":"count:poisson","poisson_regression_param":{"max_delta_step":"0.7"}}},\
        "version":[3,2,0]}
        """

    /// Of 3.4: leaves with a value for each of two targets.
    static let targets = """
        {"learner":{"attributes":{},"feature_names":[],"feature_types":[],"gradient_booster":\
        {"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1"},\
        "iteration_indptr":[0,1],"tree_info":[0],"trees":[{"base_weights":[0.5,0.25],\
        "default_left":[1,0,0],"id":0,"leaf_weights":[0.5,-0.5,1.5,2.5],\
        "left_children":[1,-1,-1],"right_children":[2,0,1],"split_conditions":[0.5,0,0],\
        "split_indices":[0,0,0],"split_type":[0,0,0],"tree_param":{"num_deleted":"0",\
        "num_feature":"1","num_nodes":"3","size_leaf_vector":"2"}}],"weight_drop":[0.5]},\
        "name":"gbtree"},"learner_model_param":{"base_score":"[5E-1,2.5E-1]",\
        "boost_from_average":"1","num_class":"0","num_feature":"1","num_target":"2"},\
        "objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}},\
        "version":[3,4,1]}
        """

    /// A document in UBJSON, as far as the reader needs it: objects, strings, numbers.
    static func ubjson(_ json: String) -> [UInt8] {
        var bytes: [UInt8] = []
        UBJSONSeed.write(json, into: &bytes)
        return bytes
    }
}
