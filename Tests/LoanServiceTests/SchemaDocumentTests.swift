// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import Testing

/// A schema as people write it.
@Suite struct SchemaDocumentTests {
    private static func document(
        label: String = #"{"column": "y"}"#,
        feature: String = #"{"column": "a", "kind": "number"}"#,
        more: String = ""
    ) -> [UInt8] {
        Array(#"{"label": \#(label), "features": [\#(feature)]\#(more)}"#.utf8)
    }

    private static func preparation(_ feature: String) throws -> Feature.Preparation {
        try SchemaDocument.read(document(feature: feature)).features[0].preparation
    }

    @Test(arguments: [
        (#""kind": "number""#, Feature.Preparation.unchanged),
        (#""kind": "number", "missing": "median""#, .imputeMedian),
        (#""kind": "number", "transform": "yeo-johnson", "missing": "keep""#, .powerTransform),
        (
            #""kind": "number", "missing": -1.5"#,
            .number(missing: .constant(-1.5), transform: .none)
        ),
        (#""kind": "category""#, .oneHot),
        (#""kind": "category", "encoding": "native""#, .category(.native)),
        (
            #""kind": "category", "encoding": "ordinal", "order": ["b", "a"]"#,
            .category(.ordinal(order: ["b", "a"]))
        ),
        (#""kind": "boolean", "missing": 0"#, .boolean(missing: .constant(0))),
        (#""kind": "date", "parts": ["year", "days"]"#, .date(parts: [.year, .days])),
    ])
    func everyKindHasItsWords(words: String, preparation: Feature.Preparation) throws {
        #expect(try Self.preparation(#"{"column": "a", \#(words)}"#) == preparation)
    }

    @Test(arguments: [
        (
            #"{"column": "y", "positive": "bad"}"#,
            LabelValues.classes(positive: "bad", negative: nil)
        ),
        (#"{"column": "y", "positive": 1, "negative": 0}"#, .zeroOrOne),
        (#"{"column": "y"}"#, .boolean), (#"{"column": "y", "kind": "number"}"#, .number),
    ])
    func labelsHaveTheirWords(label: String, values: LabelValues) throws {
        let schema = try SchemaDocument.read(Self.document(label: label))
        #expect(schema.labelValues == values)
        #expect(schema.leavesOutUnlabeled)
    }

    @Test(arguments: [
        (#"{"column": "a", "kind": "nombre"}"#, "feature 1 (a): 'kind' must be"),
        (#"{"column": "a", "kind": "number", "encoding": "native"}"#, "there is no key 'encoding'"),
        (#"{"column": "a"}"#, "feature 1 (a): the key 'kind' is missing"),
        (#"{"column": "a", "kind": "number", "missing": "mode"}"#, "'missing' must be"),
        (#"{"column": "a", "kind": "number", "missing": 1e39}"#, "'missing' must be"),
        (#"{"column": "a", "kind": "category", "order": ["x"]}"#, "'encoding' must be ordinal"),
        (#"{"column": "a", "kind": "date", "parts": ["hour"]}"#, "'parts' must be"),
        (#"{"column": "a", "kind": "number", "kind": "date"}"#, "'kind' is there twice"),
        (#"{"column": "a", "kind": "category", "rare_below": 0}"#, "'rare_below' must be a share"),
        (#"{"column": "a", "kind": "category", "rare_below": 1}"#, "'rare_below' must be a share"),
        (#"{"column": "a", "kind": "category", "rare_below": "1 %"}"#, "'rare_below' must be"),
        (#"{"column": "a", "kind": "number", "rare_below": 0.1}"#, "there is no key 'rare_below'"),
        (
            #"{"column": "a", "kind": "category", "encoding": "ordinal", "order": ["b"], "#
                + #""rare_below": 0.1}"#, "'rare_below' must be left out"
        ),
        (#"{"column": "y", "kind": "number"}"#, "the column y has more than one use"),
        (#"{"column": "", "kind": "number"}"#, "'column' must be a text that is not empty"),
        ("", "the schema has 0 features"), ("7", "must be an object"),
    ])
    func aWrongFeatureIsNamedWithTheReason(feature: String, sentence: String) {
        let error = #expect(throws: SchemaDocumentError.self) {
            try SchemaDocument.read(Self.document(feature: feature))
        }
        #expect(error?.description.contains(sentence) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        #", "ignore": ["a"]"#, #", "ignore": ["b", "b"]"#, #", "weigth": "w""#, #", "time": 7"#,
        #", "weight": "a""#, #", "weight": "y""#, #", "weight": """#, #", "prepared_order": ["b"]"#,
        #", "prepared_order": []"#,
    ])
    func aWrongKeyOfTheWholeIsRefused(more: String) {
        #expect(throws: SchemaDocumentError.self) {
            try SchemaDocument.read(Self.document(more: more))
        }
        #expect(throws: Never.self) { try SchemaDocument.read(Self.document()) }
    }

    @Test func featuresHaveALimit() throws {
        func document(_ count: Int) -> [UInt8] {
            let features = (0..<count).map { #"{"column": "c\#($0)", "kind": "number"}"# }
            return Self.document(feature: features.joined(separator: ","))
        }
        let limit = TableLimits.featureCountMax
        #expect(try SchemaDocument.read(document(limit)).features.count == limit)
        #expect(throws: SchemaDocumentError.featureCount(limit + 1, limit: limit)) {
            try SchemaDocument.read(document(limit + 1))
        }
    }

    @Test func whatIsWrittenIsReadAsTheSame() throws {
        var roles = ColumnRoles()
        roles.ignored = ["id"]
        roles.time = "d"
        roles.weight = "w"
        roles.group = "g"
        roles.protected = ["a"]
        let schema = TableSchema(
            features: [
                Feature("a", .imputeMedian, .none), Feature("b \"x\"", .powerTransform, .none),
                Feature("c", .category(.ordinal(order: ["z", "y"])), .none),
                Feature("d", .date(parts: [.days]), .none),
                Feature("e", .boolean(missing: .mean), .none),
                Feature("f", .category(.native), .none, rareBelow: 0.005),
            ],
            label: "y",
            labelValues: .classes(positive: "bad", negative: "good"),
            leavesOutUnlabeled: true,
            labelPosition: 6,
            preparedOrder: ["f", "e", "d", "c", "b \"x\"", "a"],
            roles: roles
        )
        #expect(try SchemaDocument.read(Array(SchemaDocument.text(schema).utf8)) == schema)
    }
}
