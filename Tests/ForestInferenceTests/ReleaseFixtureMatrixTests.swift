// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Testing

/// The matrix of releases, boosters, objectives and formats: every model is scored as the release
/// that wrote it scores it.
@Suite struct ReleaseFixtureMatrixTests {
    @Test("A07 A12: every booster and objective is scored bit for bit", arguments: releases)
    func everyBoosterAndObjectiveIsScoredBitForBit(release: String) throws {
        let fixture = try ReleaseFixture(release)
        for model in try ReleaseFixtureMatrix(release).models {
            let what = "\(release) \(model.name)"
            if let sentence = Self.refusals.first(where: { what.contains($0.key) })?.value {
                let error = #expect(throws: ForestError.self, "\(what)") {
                    try Forest(xgboost: model.json)
                }
                #expect("\(try #require(error))".contains(sentence), "\(what)")
                continue
            }
            let forest = try Forest(xgboost: model.json)
            try fixture.expect(model.expected, of: forest, what)
            if let ubjson = model.ubjson {
                #expect(try Forest(xgboost: ubjson) == forest, "\(what)")
            }
        }
    }

    /// What is refused, by a part of its release and name, and a part of what is said about it.
    static let refusals: [String: String] = [
        // XGBoost 1.5 says of every model which iteration is the best, and of how many trees it
        // is, but not of how many each is; what it saved it scores by the wrong number of trees.
        "1.5.2 parallel": "by best_ntree_limit"
    ]

    static let releases = ReleaseFixtureMatrix.releases

    /// What each release has: no file is without the models that the matrix is about.
    @Test(arguments: releases)
    func theMatrixIsWhole(release: String) throws {
        let models = try ReleaseFixtureMatrix(release).models
        let names = models.map(\.name)
        #expect(Set(names).count == names.count)
        func has(_ version: String) -> Bool {
            ReleaseFixtureMatrix.isRelease(release, atLeast: version)
        }
        for booster in ["gbtree", "dart", "gblinear"] {
            for (objective, since) in Self.objectives where has(since) {
                #expect(names.contains("\(booster) \(objective)"))
            }
        }
        for (shape, since) in Self.shapes where has(since) { #expect(names.contains(shape)) }
        for model in models { #expect((model.ubjson != nil) == has("1.6"), "\(model.name)") }
    }

    /// Objectives, and the first release that has each.
    static let objectives = [
        ("binary:logistic", "1.0"), ("binary:logitraw", "1.0"), ("binary:hinge", "1.0"),
        ("multi:softprob", "1.0"), ("multi:softmax", "1.0"), ("reg:squarederror", "1.0"),
        ("reg:squaredlogerror", "1.0"), ("reg:logistic", "1.0"), ("reg:pseudohubererror", "1.2"),
        ("reg:absoluteerror", "1.7"), ("reg:quantileerror", "2.0"), ("reg:expectileerror", "3.3"),
        ("reg:gamma", "1.0"), ("reg:tweedie", "1.0"), ("count:poisson", "1.0"),
        ("rank:pairwise", "1.0"), ("rank:ndcg", "1.0"), ("rank:map", "1.0"),
        ("survival:cox", "1.0"), ("survival:aft", "1.2"),
    ]

    /// Models of other shapes, and the first release that has each.
    static let shapes = [
        ("gbtree reg:linear", "1.0"), ("parallel binary:logistic", "1.0"),
        ("parallel multi:softprob", "1.0"), ("parallel dart multi:softprob", "1.0"),
        ("empty multi:softprob", "1.0"), ("empty count:poisson", "1.0"),
        ("given survival:cox", "1.0"), ("early multi:softprob", "1.0"), ("early dart", "1.0"),
        ("found dart multi:softprob", "1.0"), ("found dart targets", "1.6"),
        ("targets reg:squarederror", "1.6"), ("targets binary:logistic", "1.6"),
        ("categories multi:softprob", "1.6"), ("categories dart", "1.6"), ("quantiles", "2.0"),
        ("vector reg:squarederror", "2.0"), ("vector binary:logistic", "2.0"),
        ("vector multi:softprob", "2.0"), ("bases multi:softprob", "3.1"),
        ("encoded texts", "3.1"), ("encoded numbers", "3.1"), ("expectiles", "3.3"),
    ]
}
