// SPDX-License-Identifier: Apache-2.0

import ForestInference
import TestSupport
import Testing

/// What the categories of a model are called that has them in its document.
@Suite struct CategoryNamesTests {
    /// A model of two features with these categories, as 3.1 and newer write them.
    private static func read(_ cats: String) throws(ForestError) -> Forest {
        let json = ModelText([.leaf(1)], featureCount: 2).json.replacing(
            "\"tree_info\"",
            with: "\"cats\":{\(cats),\"sorted_idx\":[]},\"tree_info\""
        )
        return try Forest(xgboost: Array(json.utf8))
    }

    private static let none = "{\"offsets\":[],\"values\":[]}"

    @Test func textsAreNamesInTheOrderOfTheirCodes() throws {
        let forest = try Self.read(
            "\"enc\":[\(Self.none),{\"offsets\":[0,2,5,5],\"values\":[-61,-92,98,34,99]}],"
                + "\"feature_segments\":[0,0,3]"
        )
        #expect(forest.categories == [1: ["\u{E4}", "b\"c", ""]])
        #expect(forest.encodedFeatures == [1])
        #expect(try Forest(sections: forest.sections()) == forest)
    }

    @Test(arguments: [
        ("15", "4611686018427387905,-4", ["4611686018427387905", "-4"]), ("9", "3,4", ["3", "4"]),
        ("12", "-1,7", ["65535", "7"]), ("14", "-2,7", ["4294967294", "7"]),
    ])
    func numbersAreNames(type: String, values: String, names: [String]) throws {
        let forest = try Self.read(
            "\"enc\":[{\"type\":\(type),\"values\":[\(values)]},\(Self.none)],"
                + "\"feature_segments\":[0,2,2]"
        )
        #expect(forest.categories == [0: names])
    }

    /// XGBoost 3.1 cuts texts that are not ASCII: such features have codes alone.
    @Test(arguments: ["[0,1,2]", "[0,1,2]"], ["[-61,98]", "[98,98]"])
    func namesThatAreNotTextsOfTheirOwnAreLeftOut(offsets: String, values: String) throws {
        let forest = try Self.read(
            "\"enc\":[\(Self.none),{\"offsets\":\(offsets),\"values\":\(values)}],"
                + "\"feature_segments\":[0,0,2]"
        )
        #expect(forest.categories.isEmpty)
        #expect(forest.encodedFeatures == [1])
    }

    @Test(arguments: [
        ("{\"offsets\":[0,1],\"values\":[97]}", "enc says 1 categories"),
        ("{\"type\":15,\"values\":[1,2,3]}", "enc says 3 categories"),
        ("{\"offsets\":[0,2,1],\"values\":[97,98]}", "the value of offsets"),
        ("{\"offsets\":[1,1,2],\"values\":[97,98]}", "the value of offsets"),
        ("{\"offsets\":[0,1,3],\"values\":[97,98]}", "the value of offsets"),
        ("{\"type\":\"x\",\"values\":[1,2]}", "the value of type"),
        ("{\"kind\":1,\"values\":[1,2]}", "kind in a feature of cats"),
        ("{\"type\":15,\"values\":[1.5,2]}", "at byte"),
    ])
    func namesThatDoNotFitAreRefused(encoding: String, sentence: String) throws {
        do throws(ForestError) {
            _ = try Self.read(
                "\"enc\":[\(encoding),\(Self.none)],\"feature_segments\":[0,2,2]"
            )
            Issue.record("\(encoding) is accepted")
        } catch {
            #expect("\(error)".contains(sentence), "\(error)")
        }
        #expect(throws: ForestError.self) {
            try Self.read("\"enc\":[\(Self.none)],\"feature_segments\":[0,2,2]")
        }
    }

    @Test(arguments: ["3.1.3", "3.2.0", "3.4.1"])
    func modelsOfReleasesNameTheirCategories(release: String) throws {
        for format in ["json", "ubj"] {
            let bytes = try ReleaseFixture.bytes("\(release)-encoded.\(format)")
            #expect(
                try Forest(xgboost: bytes).categories
                    == [4: ["own", "rent", "mortgage", "other", "a", "bb", "zz"]]
            )
        }
    }

    @Test func storedNamesAreWhole() throws {
        let sections = try Forest(xgboost: ReleaseFixture.bytes("3.2.0-encoded.json")).sections()
        let section = try #require(sections.first { $0.id == 10 })
        let others = sections.filter { $0.id != 10 }
        // Older artifacts have none.
        #expect(try Forest(sections: others).categories.isEmpty)
        for length in 0..<section.bytes.count {
            let cut = ForestSection(id: 10, bytes: Array(section.bytes[..<length]))
            #expect(throws: ForestError.invalidSection(10)) { try Forest(sections: others + [cut]) }
        }
    }
}
