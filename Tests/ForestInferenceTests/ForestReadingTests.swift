// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// What the reader refuses, and that nothing ends the process.
@Suite struct ForestReadingTests {
    private static let model = RandomModel(featureCount: 4, treeCount: 3, depthMax: 3)
    private static let text = model.json(seed: 5)

    private func read(_ text: String) throws(ForestError) -> Forest {
        try Forest(xgboost: Array(text.utf8))
    }

    private func tree(
        left: String = "[1,-1,-1]",
        right: String = "[2,-1,-1]",
        features: String = "[0,0,0]",
        conditions: String = "[0.5,1.0,2.0]",
        extra: String = "",
        nodeCount: Int = 3
    ) -> String {
        let arrays = """
            "left_children":\(left),"right_children":\(right),"split_indices":\(features),\
            "split_conditions":\(conditions),"default_left":[0,0,0]\(extra)
            """
        return ModelText([ModelText.Tree(arrays, nodeCount: nodeCount)], featureCount: 2).json
    }

    @Test func readsTheSmallestTree() throws {
        let forest = try read(tree())
        #expect(forest.treeCount == 1)
        #expect(forest.nodes.count == 3)
        #expect(ReferencePredictor(forest).margin(of: [0.5, 0]) == 2)
        #expect(ReferencePredictor(forest).margin(of: [Float(0.5).nextDown, 0]) == 1)
    }

    @Test("A04: the fault of a tree is named") func namesTheFaultOfATree() {
        let faults: [(String, ForestError.TreeFault)] = [
            (tree(left: "[0,-1,-1]"), .child(node: 0)),
            (tree(left: "[3,-1,-1]"), .child(node: 0)),
            (tree(left: "[-2,-1,-1]"), .child(node: 0)),
            (tree(left: "[2,-1,-1]"), .sharedChild(node: 2)),
            (tree(left: "[-1,-1,-1]", right: "[-1,-1,-1]"), .unreachable(node: 1)),
            (tree(features: "[2,0,0]"), .feature(node: 0)),
            (tree(features: "[-1,0,0]"), .feature(node: 0)),
            (tree(conditions: "[NaN,1.0,2.0]"), .value(node: 0)),
            (tree(conditions: "[0.5,Infinity,2.0]"), .value(node: 1)),
            (tree(conditions: "[0.5,1e999,2.0]"), .value(node: 1)),
            (tree(extra: ",\"split_type\":[1,0,0]"), .categories(node: 0)),
            (
                tree(conditions: "[0.5,1.0]"),
                .arrayLength(field: "split_conditions", count: 2, expected: 3)
            ),
        ]
        for (text, fault) in faults {
            #expect(throws: ForestError.invalidTree(0, fault)) { try read(text) }
        }
    }

    @Test(arguments: ["[1.5,-1,-1]", "[99999999999,-1,-1]", "[\"1\",-1,-1]", "[null,-1,-1]"])
    func childrenAreIntegers(left: String) {
        #expect(throws: ForestError.self) { try read(tree(left: left)) }
    }

    @Test("A07: what is not supported is refused") func refusesWhatItDoesNotSupport() {
        let changes: [(String, String, ForestError)] = [
            ("binary:logistic", "rank:other", .unsupported(.objective("rank:other"))),
            (
                "binary:logistic", "multi:softprob",
                .unknownField("reg_loss_param", level: "objective multi:softprob")
            ),
            ("\"gbtree\"", "\"gbforest\"", .unsupported(.booster("gbforest"))),
            ("\"gbtree\"", "\"dart\"", .missingField("weight_drop")),
            (
                "\"gbtree\"", "\"gblinear\"",
                .unknownField("trees", level: "model of gblinear")
            ),
            (
                "\"num_class\":\"0\"", "\"num_class\":\"3\"",
                .invalidValue(field: "tree_info")
            ),
            (
                "\"num_class\":\"0\"", "\"num_class\":\"4097\"",
                .tooLarge(.outputs, count: 4_097, limit: 4_096)
            ),
            (
                "\"tree_info\":[0]", "\"tree_info\":[1]",
                .invalidTree(0, .output(1, outputCount: 1))
            ),
            (
                "\"5E-1\"", "\"[5E-1,2E-1]\"",
                .wrongCount(field: "base_score", stated: "2 values", found: 1)
            ),
            ("\"5E-1\"", "\"1.5\"", .invalidValue(field: "base_score")),
            ("\"5E-1\"", "\"nan\"", .invalidValue(field: "base_score")),
            (",\"name\":\"gbtree\"", "", .missingField("name")),
            ("\"left_children\":[1,-1,-1],", "", .missingField("left_children")),
            (
                "\"left_children\"", "\"left_child\"",
                .unknownField("left_child", level: "a tree")
            ),
            ("\"right_children\"", "\"left_children\"", .duplicateField("left_children")),
        ]
        for (old, new, error) in changes {
            let text = tree().split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
            #expect(throws: error) { try read(text.joined(separator: new)) }
        }
    }

    @Test func readsBaseScoresOfNewReleases() throws {
        let text = tree().split(separator: "\"5E-1\"").joined(separator: "\"[2.5E-1]\"")
        #expect(try read(text).baseScores == [0.25])
    }

    @Test("A09: deep nesting and huge counts are refused early")
    func deepNestingAndHugeCountsAreRefusedEarly() {
        let note = "{\"learner\":{\"attributes\":{\"note\":"
        let nested = note + String(repeating: "[", count: 1_000_000)
        #expect(throws: ForestError.tooLarge(.nesting, count: 33, limit: 32)) { try read(nested) }
        let name = "{\"" + String(repeating: "x", count: 5_000) + "\":1}"
        #expect(throws: ForestError.tooLarge(.text, count: 4_097, limit: 4_096)) { try read(name) }
        let announced = Array("{L".utf8) + [0x7F, 255, 255, 255, 255, 255, 255, 255]
        #expect(throws: ForestError.self) { try Forest(xgboost: announced) }
        let count = 40_000
        let chain = (0..<count).map { $0 % 2 == 0 && $0 + 2 < count ? "\($0 + 1)" : "-1" }
        let right = (0..<count).map { $0 % 2 == 0 && $0 + 2 < count ? "\($0 + 2)" : "-1" }
        let zeros = "[" + [String](repeating: "0", count: count).joined(separator: ",") + "]"
        let deep = tree(
            left: "[\(chain.joined(separator: ","))]",
            right: "[\(right.joined(separator: ","))]",
            features: zeros,
            conditions: zeros,
            nodeCount: count
        ).split(separator: "[0,0,0]").joined(separator: zeros)
        #expect(throws: ForestError.tooLarge(.depth, count: 65, limit: 64)) { try read(deep) }
    }

    @Test func everyTruncationIsAnError() {
        let bytes = Array(Self.text.utf8)
        for length in 0..<bytes.count {
            #expect(throws: ForestError.self) { try Forest(xgboost: Array(bytes[..<length])) }
        }
    }

    /// An altered file is refused, or is a valid forest that every kernel agrees about.
    @Test func alteredFilesAreRefusedOrWhole() throws {
        let bytes = Array(Self.text.utf8)
        var random = TestRandom(seed: 99)
        let row: [Float] = [0.1, -0.4, .nan, 3]
        var acceptedCount = 0
        for round in 0..<6_000 {
            var altered = bytes
            for _ in 0...random.below(3) {
                let place = random.below(altered.count)
                switch random.below(3) {
                case 0: altered[place] ^= 1 << UInt8(random.below(8))
                case 1: altered[place] = UInt8(random.below(256))
                default: altered.removeSubrange(place..<min(altered.count, place + 3))
                }
            }
            guard let forest = try? Forest(xgboost: altered), forest.featureCount == 4 else {
                continue
            }
            acceptedCount += 1
            let margin = ReferencePredictor(forest).margin(of: row)
            guard round % 16 == 0 else { continue }
            let compiled = try CompiledForest(forest)
            let scores = compiled.scores(
                row,
                layout: .rowMajor(rowCount: 1, columnCount: 4),
                output: .margin
            )
            #expect(scores[0].bitPattern == margin.bitPattern)
        }
        #expect(acceptedCount > 0)
    }

    @Test func sectionsKeepTheForest() throws {
        let model = RandomModel(treeCount: 9, depthMax: 6, categoricalShare: 0.3)
        let forest = try read(model.json(seed: 3))
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    /// Full trees of 255 splits, each at another cut of one feature, and stumps for the rest.
    private func sections(cutCount: Int) -> [ForestSection] {
        var sizes: [UInt32] = []
        var nodes: [UInt32] = []
        var cut: UInt32 = 0
        while cut < UInt32(cutCount) {
            let splits = cutCount - Int(cut) < 255 ? 1 : UInt32(255)
            sizes.append(2 * splits + 1)
            for _ in 0..<splits {
                nodes += [Float(1).bitPattern + cut, 0]
                cut += 1
            }
            for _ in 0...splits { nodes += [Float(0.5).bitPattern, 1 << 31] }
        }
        func bytes(_ words: [UInt32]) -> [UInt8] {
            words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        }
        let header: [UInt32] = [
            1, 0, Float(0.5).bitPattern, 1, UInt32(sizes.count), UInt32(nodes.count / 2), 0, 0,
        ]
        let ids = (try? read(tree()).sections().map(\.id)) ?? []
        let contents = [bytes(header), bytes(sizes), bytes(nodes), [], [], []]
        return zip(ids, contents).map { ForestSection(id: $0, bytes: $1) }
    }

    @Test func moreCutsThanThereMayBeAreRefused() throws {
        let limit = ForestLimits.cutsMax
        let forest = try Forest(sections: sections(cutCount: limit + 1))
        #expect(throws: ForestError.tooLarge(.cuts, count: limit + 1, limit: limit)) {
            try CompiledForest(forest)
        }
        let most = try CompiledForest(Forest(sections: sections(cutCount: limit)))
        #expect(most.byteColumnCount == (limit + 254) / 255)
    }

    @Test func alteredSectionsAreRefusedOrWhole() throws {
        let model = RandomModel(treeCount: 3, depthMax: 4, categoricalShare: 0.3)
        let sections = try read(model.json(seed: 3)).sections()
        var random = TestRandom(seed: 17)
        var refusedCount = 0
        let row = [Float](repeating: 0.25, count: model.featureCount)
        for _ in 0..<4_000 {
            var altered = sections
            let index = random.below(altered.count)
            var bytes = altered[index].bytes
            guard !bytes.isEmpty else { continue }
            if random.below(4) == 0 {
                bytes.removeLast(1 + random.below(bytes.count))
            } else {
                bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8))
            }
            altered[index] = ForestSection(id: altered[index].id, bytes: bytes)
            if let forest = try? Forest(sections: altered) {
                if forest.featureCount <= row.count {
                    #expect(!ReferencePredictor(forest).margin(of: row).isNaN)
                }
            } else {
                refusedCount += 1
            }
        }
        #expect(refusedCount > 1_000)
    }
}
