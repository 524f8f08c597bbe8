// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// What a document says that the reader does not know, or that does not agree with itself.
@Suite struct DocumentKeyTests {
    /// A model of two features, of 3.2, with everything that a document may have.
    private static let text = """
        {"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["float","c"],\
        "gradient_booster":{"model":{"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},\
        "gbtree_model_param":{"num_parallel_tree":"2","num_trees":"2"},\
        "iteration_indptr":[0,2],"tree_info":[0,0],"trees":[\
        {"base_weights":[1E0,2E0,3E0],"categories":[0,2],"categories_nodes":[0],\
        "categories_segments":[0],"categories_sizes":[2],"default_left":[1,0,0],"id":0,\
        "left_children":[1,-1,-1],"loss_changes":[1E0,0E0,0E0],"parents":[2147483647,0,0],\
        "right_children":[2,-1,-1],"split_conditions":[2E0,1E0,-1E0],"split_indices":[1,0,0],\
        "split_type":[1,0,0],"sum_hessian":[1E0,1E0,1E0],"tree_param":{"num_deleted":"0",\
        "num_feature":"2","num_nodes":"3","size_leaf_vector":"1"}},\
        {"base_weights":[1E0],"categories":[],"categories_nodes":[],"categories_segments":[],\
        "categories_sizes":[],"default_left":[0],"id":1,"left_children":[-1],\
        "loss_changes":[0E0],"parents":[2147483647],"right_children":[-1],\
        "split_conditions":[5E-1],"split_indices":[0],"split_type":[0],"sum_hessian":[1E0],\
        "tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"1",\
        "size_leaf_vector":"1"}}]},"name":"gbtree"},"learner_model_param":{"base_score":"[5E-1]",\
        "boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},"objective":\
        {"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[3,2,0]}
        """

    private func error(_ old: String, _ new: String) throws -> ForestError? {
        let parts = Self.text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        try #require(parts.count == 2, "\(old)")
        do throws(ForestError) {
            _ = try Forest(xgboost: Array(parts.joined(separator: new).utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test func theWholeDocumentIsRead() throws {
        let forest = try Forest(xgboost: Array(Self.text.utf8))
        #expect(forest.treeCount == 2)
        #expect(ReferencePredictor(forest).margin(of: [0, 2]) == -0.5)
    }

    @Test(
        "A07: an unknown key is refused by its name",
        arguments: [
            ("{\"learner\":", "{", "the document"),
            ("\"attributes\":", "", "learner"),
            ("\"base_score\":", "", "learner_model_param"),
            ("\"name\":\"binary", "", "objective"),
            ("\"scale_pos_weight\"", "", "the objective's parameters"),
            ("\"model\":", "", "gradient_booster"),
            ("\"cats\":", "", "model"),
            ("\"enc\":", "", "cats"),
            ("\"num_parallel_tree\":", "", "gbtree_model_param"),
            ("\"base_weights\":", "", "a tree"),
            ("\"num_deleted\":", "", "tree_param"),
        ]
    )
    func anUnknownKeyIsRefusedByItsName(key: String, brace: String, level: String) throws {
        let rest = key.dropFirst(brace.count)
        let found = try #require(try error(key, brace + "\"leaf_scale\":2," + rest))
        #expect(found == .unknownField("leaf_scale", level: level))
        let sentence =
            "leaf_scale in \(level) is unknown to this release; written by a newer XGBoost?"
        #expect("\(found)" == sentence)
    }

    @Test("A07: what belongs to another booster or objective is refused")
    func whatBelongsToAnotherBoosterOrObjectiveIsRefused() throws {
        #expect(
            try error("\"cats\":", "\"weights\":[1],\"cats\":")
                == .unknownField("weights", level: "model of gbtree")
        )
        #expect(
            try error(
                "\"reg_loss_param\":{",
                "\"tweedie_regression_param\":{},\"reg_loss_param\":{"
            )
                == .unknownField("tweedie_regression_param", level: "objective binary:logistic")
        )
    }

    @Test(arguments: [
        ("[99,0,0]", ForestError.unsupported(.version("99.0.0"))),
        ("[4,0,0]", .unsupported(.version("4.0.0"))),
        ("[0,90,0]", .invalidValue(field: "version")),
        ("[3,2]", .invalidValue(field: "version")),
        ("[3,-2,0]", .invalidValue(field: "version")),
        ("[]", .invalidValue(field: "version")),
    ])
    func anUnknownVersionIsRefused(version: String, expected: ForestError) throws {
        #expect(try error("[3,2,0]", version) == expected)
        #expect(try error("[3,2,0]", "[3,99,1]") == nil)
        #expect(try error("\"version\":[3,2,0]", "\"version\":\"3.2.0\"") != nil)
        #expect(try error(",\"version\":[3,2,0]", "") == .missingField("version"))
    }

    @Test(
        "A04: counts agree with what is there",
        arguments: [
            (
                "\"num_trees\":\"2\"", "\"num_trees\":\"40\"",
                "num_trees says 40, but the document has 2"
            ),
            ("\"num_trees\":\"2\"", "\"num_trees\":\"1\"", "num_trees says 1"),
            ("\"tree_info\":[0,0]", "\"tree_info\":[0]", "tree_info says 1 trees"),
            (
                "\"num_parallel_tree\":\"2\"", "\"num_parallel_tree\":\"3\"",
                "num_parallel_tree says 3"
            ),
            ("\"num_parallel_tree\":\"2\"", "\"num_parallel_tree\":\"0\"", "num_parallel_tree"),
            ("[0,2]", "[0,1,2]", "iteration_indptr says 2 trees in 2 iterations"),
            ("[0,2]", "[]", "iteration_indptr"),
            ("\"id\":1", "\"id\":0", "tree 1: id says 0"),
            ("\"num_nodes\":\"3\"", "\"num_nodes\":\"5\"", "tree 0: num_nodes says 5"),
            ("\"num_deleted\":\"0\"", "\"num_deleted\":\"2\"", "tree 0: num_deleted says 2"),
            (
                "\"num_feature\":\"2\",\"num_nodes\"", "\"num_feature\":\"3\",\"num_nodes\"",
                "tree 0: num_feature says 3"
            ),
            ("[\"a\",\"b\"]", "[\"a\"]", "num_feature says 2 for feature_names"),
            (
                "\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\"",
                "tree 0: base_weights has 3 entries where 9 are needed"
            ),
            ("\"split_type\":[1,", "\"split_type\":[2,", "split_type of node 0"),
            ("\"default_left\":[1,", "\"default_left\":[7,", "default_left of node 0"),
            ("\"feature_segments\":[]", "\"feature_segments\":[0,1,1,2]", "feature_segments"),
            ("\"feature_segments\":[]", "\"feature_segments\":[0,2,1]", "feature_segments"),
        ]
    )
    func countsAgreeWithWhatIsThere(old: String, new: String, sentence: String) throws {
        let found = try #require(try error(old, new), "\(new) is accepted")
        #expect("\(found)".contains(sentence), "\(found)")
    }

    @Test(arguments: [
        "\"num_trees\":\"2\"", "\"id\":0,", ",\"num_nodes\":\"3\"", "\"num_feature\":\"2\",",
        ",\"tree_info\":[0,0]",
    ])
    func countsAreNotLeftOut(part: String) throws {
        let new = part == "\"num_trees\":\"2\"" ? "\"size_leaf_vector\":\"0\"" : ""
        guard case .missingField(let field) = try #require(try error(part, new)) else {
            Issue.record("\(part) may be left out")
            return
        }
        #expect(part.contains(field))
    }

    @Test(
        "A09: notes may be longer than what is read",
        arguments: ["note", String(repeating: "k", count: 5_000)]
    )
    func notesMayBeLongerThanWhatIsRead(key: String) throws {
        let value = String(repeating: "x", count: 5_000)
        #expect(try error("\"attributes\":{", "\"attributes\":{\"\(key)\":\"\(value)\"") == nil)
        let ubjson = try ReleaseFixture.bytes("3.2.0-zero.ubj")
        let place = try #require(ubjson.firstRange(of: Array("attributes{".utf8)))
        func text(_ text: String) -> [UInt8] {
            let count = UInt16(text.utf8.count)
            return [UInt8(ascii: "I"), UInt8(count >> 8), UInt8(count & 255)] + Array(text.utf8)
        }
        var altered = ubjson
        let attribute = text(key) + [UInt8(ascii: "S")] + text(value)
        altered.insert(contentsOf: attribute, at: place.upperBound)
        #expect(try Forest(xgboost: altered) == Forest(xgboost: ubjson))
        #expect(
            try error("\"a\",", "\"\(value)\",") == .tooLarge(.text, count: 4_097, limit: 4_096)
        )
    }
}
