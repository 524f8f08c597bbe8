// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanService
import LoanTraining
import TestSupport
import Testing

/// The figures of folds against those of scikit-learn, of XGBoost's models on the same folds.
@Suite(.enabled(if: PythonOracle.isAvailable, Comment(rawValue: PythonOracle.skipReason)))
struct CrossValidationTests {
    private static func schema(weighted: Bool) -> TableSchema {
        var roles = ColumnRoles()
        roles.weight = weighted ? "share" : nil
        return TableSchema(
            features: [
                Feature("amount", .unchanged, .none), Feature("term", .powerTransform, .none),
                Feature("purpose", .oneHot, .none),
            ],
            label: "default",
            labelPosition: 3,
            roles: roles
        )
    }

    private func matrix(_ bytes: [UInt8]) throws -> FloatMatrix {
        var reader = NPYReader(cellCountMax: 1 << 20)
        try reader.append(bytes.span)
        return try reader.finish()
    }

    @Test(arguments: [false, true]) func figuresAreThoseOfScikitLearn(weighted: Bool) async throws {
        let folder = try ServiceFolder()
        var lines = String(decoding: FittingTests.table(rows: 900), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        if weighted {
            for row in lines.indices { lines[row] += row == 0 ? ",share" : ",\(row % 4 + 1)" }
        }
        try folder.write("table.csv", Array((lines.joined(separator: "\n") + "\n").utf8))
        _ = try await folder.service().prepareData(
            DataRequest(
                source: .local(path: "table.csv"),
                target: .local(path: "data"),
                size: 1,
                seed: 3,
                schema: .given(Self.schema(weighted: weighted))
            )
        )
        var parameters = TrainingParameters()
        parameters.rounds = 15
        parameters.maxDepth = 3
        parameters.learningRate = 0.3
        let outcome = try await folder.service().train(
            TrainRequest(
                data: .local(path: "data"),
                model: .local(path: "models"),
                modelName: "model",
                parameters: parameters,
                folds: 3
            )
        )
        let report = try #require(outcome.fitting.folds)
        let rows = try matrix(folder.read("data/Xtrain.npy"))
        let plan = try FoldPlan(
            clusters: EqualRowClusters.find(rows.values, rowCount: rows.rows),
            labels: matrix(folder.read("data/ytrain.npy")).values,
            count: 3,
            seed: 0
        )
        let input = """
            {"folds": \(plan.folds), "rounds": 15, "parameters": {"learning_rate": 0.3, \
            "max_depth": 3, "min_child_weight": 6, "base_score": 0.5}}
            """
        let output = try PythonOracle.run(
            "cross_validation.py",
            [folder.folder.url.appendingPathComponent("data").path],
            input: Data(input.utf8)
        )
        let theirs = try JSONDecoder().decode([String: [Double]].self, from: output)
        for figure in report.figures {
            let expected = try #require(theirs[figure.name])
            for (value, other) in zip(figure.values, expected) {
                #expect(abs(value - other) < 1e-4, "\(figure.name)")
            }
            #expect(abs(figure.mean - expected.reduce(0, +) / 3) < 1e-4)
        }
        #expect(report.rows.reduce(0, +) == rows.rows)
    }

    @Test func meanAndDeviationAreThoseOfASample() {
        let figure = FoldReport.Figure(name: "auc", values: [0.5, 0.75, 1])
        #expect(figure.mean == 0.75)
        #expect(figure.deviation == 0.25)
    }
}
