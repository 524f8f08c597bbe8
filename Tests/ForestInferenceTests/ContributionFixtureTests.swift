// SPDX-License-Identifier: Apache-2.0

import Testing

import ForestInference

/// Contributions of every booster and objective of some releases: those of a row and the base value
/// are its margin.
@Suite struct ContributionFixtureTests {
    /// Shapes whose documents do not say the covers of their nodes: vector leaves, before 3.2.
    private static let uncovered = ["3.0.5 vector"]

    @Test(arguments: ["1.0.2", "1.7.6", "3.0.5", "3.4.1"])
    func contributionsOfEveryModelAddUpToItsMargins(release: String) throws {
        let fixture = try ReleaseFixture(release)
        for model in try ReleaseFixtureMatrix(release).models {
            let what = "\(release) \(model.name)"
            guard let forest = try? Forest(xgboost: model.json) else { continue }
            guard !Self.uncovered.contains(where: { what.contains($0) }) else {
                #expect(throws: ContributionError.noCovers, "\(what)") {
                    try ForestContributions(CompiledForest(forest))
                }
                continue
            }
            try Self.expectToAddUp(forest, fixture, what)
        }
    }

    private static func expectToAddUp(
        _ forest: Forest,
        _ fixture: ReleaseFixture,
        _ what: String
    ) throws {
        let rowCount = min(40, fixture.rows.count / fixture.columnCount)
        let count = forest.featureCount
        let compiled = try CompiledForest(forest)
        let contributions: ForestContributions
        do {
            contributions = try ForestContributions(compiled)
        } catch {
            Issue.record("\(what): \(error)")
            return
        }
        let rows = Array(fixture.rows.prefix(rowCount * fixture.columnCount))
        let layout = MatrixLayout.rowMajor(rowCount: rowCount, columnCount: count)
        let margins = compiled.scores(rows, layout: layout, output: .margin)
        var sums = [Int64](repeating: 0, count: rowCount * forest.outputCount * count)
        var span = sums.mutableSpan
        contributions.sums(rows.span, layout: layout, columns: .prepared(count), into: &span)
        for index in margins.indices where margins[index].isFinite {
            let own = sums[index * count..<(index + 1) * count]
            let base = contributions.baseValues[index % forest.outputCount]
            let total = own.reduce(Double(base)) { $0 + Double($1) * contributions.unit }
            let size = own.reduce(1) { max($0, abs(Double($1)) * contributions.unit) }
            #expect(
                abs(total - Double(margins[index])) < 1e-5 * max(size, Double(abs(base))),
                "\(what), \(index)"
            )
        }
    }

    @Test func contributionsOfALinearModelAreValueTimesWeight() throws {
        let fixture = try ReleaseFixture("3.4.1")
        let models = try ReleaseFixtureMatrix("3.4.1").models
        let model = try #require(models.first { $0.name == "gblinear reg:squarederror" })
        let forest = try Forest(xgboost: model.json)
        let linear = try #require(forest.linear)
        let contributions = try ForestContributions(CompiledForest(forest))
        let count = forest.featureCount
        var sums = [Int64](repeating: 0, count: 8 * count)
        var span = sums.mutableSpan
        contributions.sums(
            Array(fixture.rows.prefix(8 * count)).span,
            layout: .rowMajor(rowCount: 8, columnCount: count),
            columns: .prepared(count),
            into: &span
        )
        for (index, sum) in sums.enumerated() {
            let value = fixture.rows[index]
            let weight = linear.weight(feature: index % count, output: 0)
            let expected = value.isNaN ? 0 : Double(value * weight)
            #expect(abs(Double(sum) * contributions.unit - expected) <= contributions.unit)
        }
    }
}
