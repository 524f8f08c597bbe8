// SPDX-License-Identifier: Apache-2.0

/// The JSON of an XGBoost model that is put together by hand, with all that every release writes.
package struct ModelText {
    /// A tree by its arrays.
    package struct Tree {
        /// The members of the arrays, without braces.
        package var arrays: String
        /// Nodes that the tree says it has.
        package var nodeCount: Int
        /// Values of a leaf that it says it has.
        package var leafValueCount: Int

        package init(_ arrays: String, nodeCount: Int, leafValueCount: Int = 1) {
            self.arrays = arrays
            self.nodeCount = nodeCount
            self.leafValueCount = leafValueCount
        }

        /// A tree that is one leaf.
        package static func leaf(_ value: Double) -> Tree {
            Tree(
                """
                "left_children":[-1],"right_children":[-1],"split_indices":[0],\
                "split_conditions":[\(value)],"default_left":[0]
                """,
                nodeCount: 1
            )
        }

        /// One split: below the threshold is the first leaf.
        package static func stump(
            _ feature: Int,
            below threshold: Double,
            _ leaves: (Double, Double)
        ) -> Tree {
            Tree(
                """
                "left_children":[1,-1,-1],"right_children":[2,-1,-1],\
                "split_indices":[\(feature),0,0],\
                "split_conditions":[\(threshold),\(leaves.0),\(leaves.1)],"default_left":[0,0,0]
                """,
                nodeCount: 3
            )
        }
    }

    package var trees: [Tree]
    package var featureCount: Int
    package var featureNames: [String] = []
    package var objective = "binary:logistic"
    package var version = "3,2,0"
    /// Whether trees say the covers of their nodes, as all of XGBoost's do: those of stumps halve
    /// what comes to them.
    package var hasCovers = false
    /// Members of `attributes`.
    package var attributes = ""

    package init(_ trees: [Tree], featureCount: Int) {
        self.trees = trees
        self.featureCount = featureCount
    }

    /// The document.
    package var json: String {
        let names = featureNames.map { "\"\($0)\"" }.joined(separator: ",")
        let groups = [String](repeating: "0", count: trees.count).joined(separator: ",")
        let texts = trees.enumerated().map { id, tree in
            let covers = (0..<tree.nodeCount).map { $0 == 0 ? "8" : "4" }.joined(separator: ",")
            let hessians = hasCovers ? "\"sum_hessian\":[\(covers)]," : ""
            return """
                {"id":\(id),\(tree.arrays),\(hessians)"tree_param":{"num_deleted":"0",\
                "num_feature":"\(featureCount)","num_nodes":"\(tree.nodeCount)",\
                "size_leaf_vector":"\(tree.leafValueCount)"}}
                """
        }
        return """
            {"learner":{"attributes":{\(attributes)},"feature_names":[\(names)],\
            "feature_types":[],"gradient_booster":{"model":{"gbtree_model_param":\
            {"num_parallel_tree":"1","num_trees":"\(trees.count)"},"tree_info":[\(groups)],\
            "trees":[\(texts.joined(separator: ","))]},"name":"gbtree"},"learner_model_param":\
            {"base_score":"5E-1","boost_from_average":"1","num_class":"0",\
            "num_feature":"\(featureCount)","num_target":"1"},"objective":\
            {"name":"\(objective)","reg_loss_param":{"scale_pos_weight":"1"}}},\
            "version":[\(version)]}
            """
    }

    /// The document's bytes.
    package var bytes: [UInt8] { Array(json.utf8) }
}
