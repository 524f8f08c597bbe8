// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import Testing

/// A stored preprocessor brings its schema along.
@Suite struct StoredSchemaTests {
    private static var roles: ColumnRoles {
        var roles = ColumnRoles()
        roles.ignored = ["application_id"]
        roles.time = "issued_on"
        roles.weight = "exposure"
        roles.group = "customer"
        roles.protected = ["age"]
        return roles
    }

    private static func schema(
        _ labelValues: LabelValues,
        _ rareBelow: Double?
    ) -> TableSchema {
        TableSchema(
            features: [
                Feature("a", .imputeMedian, .none), Feature("b", .powerTransform, .none),
                Feature("c", .unchanged, .none),
                Feature("d", .number(missing: .mean, transform: .standardize), .none),
                Feature("e", .number(missing: .constant(-2), transform: .yeoJohnson), .none),
                Feature("f", .boolean(missing: .median), .none), Feature("g", .oneHot, .none),
                Feature("h", .category(.ordinal(order: ["z", "y", "x"])), .none),
                Feature("i", .category(.ordinal(order: [])), .none),
                Feature("j", .category(.native), .none),
                Feature("k", .date(parts: [.weekday, .days, .year, .month]), .none),
                Feature("l", .boolean(missing: .left), .none),
                Feature("m", .oneHot, .none, rareBelow: rareBelow),
                Feature("n", .category(.native), .none, rareBelow: rareBelow),
            ],
            label: "y",
            labelValues: labelValues,
            leavesOutUnlabeled: true,
            labelPosition: 3,
            preparedOrder: ["n", "m", "l", "k", "j", "i", "h", "g", "f", "e", "d", "c", "b", "a"],
            roles: roles
        )
    }

    private static func fitted(
        _ labelValues: LabelValues,
        rareBelow: Double? = nil
    ) throws -> Preprocessor {
        let schema = schema(labelValues, rareBelow)
        var columns: [Table.Column] = []
        for feature in schema.features {
            switch feature.kind {
            case .number, .date, .boolean: columns.append(.numbers([1, 0, .nan, 1, 0]))
            case .category:
                columns.append(
                    .categories(
                        try CategoryColumn(codes: [0, 1, 2, .max, 0], names: ["x", "y", "z"])
                    )
                )
            }
        }
        return try Preprocessor(fitting: try Table(schema: schema, columns: columns))
    }

    @Test(arguments: [
        LabelValues.classes(positive: "bad", negative: "good"), .zeroOrOne,
        .classes(positive: "bad", negative: nil), .boolean, .number,
    ])
    func aSchemaIsReadBackAsItWas(labelValues: LabelValues) throws {
        let fitted = try Self.fitted(labelValues)
        let bytes = PreprocessorArtifact.encode(fitted, producer: "a test")
        let read = try PreprocessorArtifact.decode(bytes)
        #expect(read == fitted)
        #expect(
            PreprocessorArtifact.fingerprint(of: read)
                == PreprocessorArtifact.fingerprint(of: fitted)
        )
    }

    @Test func rareCategoriesAreReadBackAndAskForTheirCapability() throws {
        // Two of five rows are in x, one each in y and z.
        let fitted = try Self.fitted(.boolean, rareBelow: 0.3)
        #expect(fitted.step(ofFeature: 12).fitted.categories == ["x", CategoryList.rareName])
        #expect(fitted.step(ofFeature: 13).fitted.rareCategories == ["y", "z"])
        let bytes = PreprocessorArtifact.encode(fitted, producer: "a test")
        #expect(try PreprocessorArtifact.decode(bytes) == fitted)
        let payload = bytes[ArtifactContainer.headerLength...]
        #expect(payload.prefix(4).elementsEqual([0x0A, 2, 1, 2]))
        #expect(
            PreprocessorArtifact.fingerprint(of: fitted)
                != PreprocessorArtifact.fingerprint(of: try Self.fitted(.boolean, rareBelow: 0.2))
        )
    }

    /// Field 1, packed, with one number: what older readers take for a newer release.
    @Test func aSchemaAsksForItsCapability() throws {
        let bytes = PreprocessorArtifact.encode(try Self.fitted(.number), producer: "a test")
        let payload = bytes[ArtifactContainer.headerLength...]
        #expect(payload.prefix(3).elementsEqual([0x0A, 1, 1]))
        var newer = Array(payload)
        newer[2] = 3
        #expect(throws: ArtifactError.newerRelease(what: "capability 3")) {
            try PreprocessorArtifact.decode(ArtifactContainer.seal(newer, kind: .preprocessor))
        }
    }
}
