// SPDX-License-Identifier: Apache-2.0

import LoanTraining
import TestSupport
import Testing

@Suite struct FoldPlanTests {
    private func rows(_ count: Int) -> (clusters: [UInt32], labels: [Float]) {
        var random = SeededGenerator(seed: 2)
        let clusters = (0..<count).map { _ in UInt32.random(in: 0..<200, using: &random) }
        let labels = (0..<count).map { _ in
            Int.random(in: 0..<5, using: &random) == 0 ? Float(1) : 0
        }
        return (clusters, labels)
    }

    @Test(arguments: [2, 5, 20]) func clustersAreNeverDivided(count: Int) throws {
        let (clusters, labels) = rows(1_000)
        let plan = try FoldPlan(clusters: clusters, labels: labels, count: count, seed: 7)
        var folds: [UInt32: Int] = [:]
        for (row, cluster) in clusters.enumerated() {
            #expect(
                folds.updateValue(plan.folds[row], forKey: cluster) ?? plan.folds[row]
                    == plan.folds[row]
            )
        }
        #expect(Set(plan.folds) == Set(0..<count))
    }

    @Test func everyRowIsHeldOnceAndTrainedOnOtherwise() throws {
        let (clusters, labels) = rows(300)
        let plan = try FoldPlan(clusters: clusters, labels: labels, count: 4, seed: 1)
        var held: [Int] = []
        for fold in 0..<4 {
            let rows = plan.rows(of: fold)
            #expect(Set(rows.train).isDisjoint(with: rows.held))
            #expect(rows.train.count + rows.held.count == 300)
            held += rows.held
        }
        #expect(held.sorted() == Array(0..<300))
    }

    @Test func foldsHaveNearlyEqualRowsAndDefaults() throws {
        let labels = (0..<1_000).map { $0 % 10 == 0 ? Float(1) : 0 }
        let plan = try FoldPlan(
            clusters: (0..<1_000).map { UInt32($0) },
            labels: labels,
            count: 3,
            seed: 3
        )
        for fold in 0..<3 {
            let held = plan.rows(of: fold).held
            #expect((333...334).contains(held.count))
            #expect((33...34).contains(held.count { labels[$0] == 1 }))
        }
    }

    @Test func theSeedDecides() throws {
        let (clusters, labels) = rows(500)
        let plans = try [1, 1, 2].map {
            try FoldPlan(clusters: clusters, labels: labels, count: 5, seed: $0)
        }
        #expect(plans[0] == plans[1])
        #expect(plans[0] != plans[2])
    }

    @Test func refusesMoreFoldsThanClusters() throws {
        _ = try FoldPlan(clusters: [0, 1, 1], labels: [0, 1, 0], count: 2, seed: 0)
        #expect(throws: FoldError.tooFewClusters(count: 2, folds: 3)) {
            _ = try FoldPlan(clusters: [0, 1, 1], labels: [0, 1, 0], count: 3, seed: 0)
        }
    }

    @Test func rowsThatEqualEachOtherAreOneCluster() {
        let columns: [Float] = [1, 1, 2, .nan, -.nan, 0] + [5, 5, 5, 0, -0.0, 5]
        #expect(EqualRowClusters.find(columns, rowCount: 6) == [0, 0, 1, 2, 2, 3])
        #expect(EqualRowClusters.find([], rowCount: 0).isEmpty)
    }

    @Test func someRowsKeepTheirCellsLabelsAndWeights() {
        let rows = LabeledRows(
            columns: [1, 2, 3, 4, 5, 6],
            labels: [0, 1, 0],
            weights: [7, 8, 9]
        )
        let some = rows.rows([2, 0])
        #expect(some.columns == [3, 1, 6, 4])
        #expect(some.labels == [0, 0])
        #expect(some.weights == [9, 7])
    }
}
