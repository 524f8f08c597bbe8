// SPDX-License-Identifier: Apache-2.0

import ForestInference
import LoanModel
import LoanService
import Observability
import TestSupport
import Testing

/// Categories that a model does not know, whichever matrix they travel in: counted by feature, and
/// refused where the operator says so.
@Suite struct UnknownCategoriesTests {
    /// A model of a category that travels as a number, and of a number.
    private func ordinal(
        _ metrics: ModelMetrics = .unread(),
        refuses: Bool = false
    ) throws -> ServedModel {
        let schema = TableSchema(
            features: [
                Feature("debt", .unchanged, .none),
                Feature("purpose", .category(.ordinal(order: [])), .none),
            ],
            label: "bad",
            labelPosition: 2
        )
        let purpose = try CategoryCodes(
            feature: "purpose",
            categories: ["car", "house"],
            isNative: false,
            isOrdered: false
        )
        let preprocessor = try Preprocessor(
            schema: schema,
            features: [.unchanged(UnchangedNumber(feature: "debt")), .codes(purpose)]
        )
        var text = ModelText([.stump(1, below: 0.5, (0.25, 1.5))], featureCount: 2)
        text.featureNames = ["debt", "purpose"]
        let forest = try CompiledForest(Forest(xgboost: text.bytes))
        return ServedModel(
            scorer: try Scorer(preprocessor: preprocessor, forest: forest),
            refusesUnknownCategories: refuses,
            metrics: metrics
        )
    }

    private func documented(
        _ metrics: ModelMetrics = .unread(),
        refuses: Bool = false
    ) throws -> ServedModel {
        ServedModel(
            scorer: try TestModel.shared.get().scorer,
            refusesUnknownCategories: refuses,
            metrics: metrics
        )
    }

    private func rows(_ model: ServedModel, _ text: String) throws -> CodedApplications {
        try model.applications(csv: Array(text.utf8))
    }

    /// Two applications, of which the second has a grade that no model knows.
    private func unknownGrade() -> String {
        let lines = SampleApplications(rows: 2, seed: 3).csv()
        let text = String(decoding: lines, as: UTF8.self)
        var table = text.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let grade = table[0].firstIndex(of: "loan_grade") ?? 0
        table[2][grade] = "Z"
        return table.map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
    }

    private let purposes = "debt,purpose\n1,car\n2,boat\n3,\n4,house\n"

    @Test func theyAreCountedByFeature() throws {
        let registry = MetricsRegistry(ServiceMetrics.descriptions)
        let metrics = ServiceMetrics(registry)
        let models = [
            try ordinal(metrics.model("ordinal")), try documented(metrics.model("documented")),
        ]
        for (model, text) in zip(models, [purposes, unknownGrade()]) {
            _ = model.probabilities(of: try rows(model, text))
        }
        func series(_ model: String, _ feature: String, _ reason: String) -> String {
            "loan_default_predict_unmatched_categories_total{feature=\"\(feature)\","
                + "model=\"\(model)\",reason=\"\(reason)\"} 1\n"
        }
        let text = registry.text
        #expect(text.contains(series("ordinal", "purpose", "unknown")))
        #expect(text.contains(series("ordinal", "purpose", "missing")))
        #expect(text.contains(series("documented", "loan_grade", "unknown")))
        #expect(!text.contains("feature=\"debt\""))
        withExtendedLifetime(models) {}
    }

    @Test func matricesAreCountedLikeTables() throws {
        let registry = MetricsRegistry(ServiceMetrics.descriptions)
        let model = try ordinal(ServiceMetrics(registry).model("ordinal"))
        let numbers: [Float] = [1, 2, 0, CategoryVocabulary.unknownNumber]
        var values = [Float](repeating: 0, count: 2)
        var results = values.mutableSpan
        for rows in [0..<1, 1..<2] {
            var part = results.extracting(rows)
            model.score(
                numbers: numbers.span,
                codes: [UInt8]().span,
                rowCount: 2,
                rows: rows,
                margins: false,
                into: &part
            )
        }
        #expect(registry.text.contains("reason=\"unknown\"} 1\n"))
        // A category that is unknown goes where a missing one does.
        #expect(values[1] == model.probabilities(of: try rows(model, "debt,purpose\n2,\n"))[0])
    }

    @Test func theyAreRefusedByRowAndFeatureWhereTheOperatorSaysSo() throws {
        for (model, text, feature) in [
            (try ordinal(refuses: true), purposes, "purpose"),
            (try documented(refuses: true), unknownGrade(), "loan_grade"),
        ] {
            let applications = try rows(model, text)
            let error = #expect(throws: ServiceError.self) {
                try model.checkCategories(of: applications, at: [.name("sample")])
            }
            guard case .invalid(let problems)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(
                problems.map(\.location) == [[.name("sample"), .index(1), .name(feature)]]
            )
        }
        let numbers: [Float] = [1, 2, 0, CategoryVocabulary.unknownNumber]
        let model = try ordinal(refuses: true)
        #expect(throws: ServiceError.self) {
            try model.checkCategories(numbers: numbers.span, codes: [UInt8]().span, rowCount: 2)
        }
    }

    @Test func whatIsKnownOrMissingIsNeverRefused() throws {
        let model = try ordinal(refuses: true)
        let known = try rows(model, "debt,purpose\n1,car\n3,\n,house\n")
        try model.checkCategories(of: known)
        let tolerant = try ordinal()
        try tolerant.checkCategories(of: try rows(tolerant, purposes))
    }
}
