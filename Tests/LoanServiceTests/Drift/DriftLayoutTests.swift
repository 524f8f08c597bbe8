// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import ModelValidation
import Testing

/// Which columns of a model are watched.
@Suite struct DriftLayoutTests {
    /// Numbers named `f0`, `f1`, ...
    private static func preprocessor(
        _ count: Int,
        hasProfiles: Bool = true
    ) throws -> Preprocessor {
        let names = (0..<count).map { "f\($0)" }
        return try Preprocessor(
            schema: TableSchema(
                features: names.map { Feature($0, .unchanged, .none) },
                label: "bad",
                labelPosition: count
            ),
            features: names.map { .unchanged(UnchangedNumber(feature: $0)) },
            profiles: hasProfiles
                ? names.map { _ in ColumnProfile(fitting: (0..<100).map { Float($0) }) } : []
        )
    }

    @Test func ofManyFeaturesThoseOfMostGainAreWatched() throws {
        let gains = (0..<50).map {
            FeatureImportance(name: "f\($0)", totalGain: Double($0 % 40), splits: 1)
        }
        let score = ColumnProfile(fitting: [0.1, 0.5])
        let layout = try #require(
            DriftLayout(try Self.preprocessor(50), gains, score: score)
        )
        let report = DriftMonitor(layout).report(.day)
        // The least gain is that of 0 to 9 and of 40 to 49; of equal ones the first are watched.
        let left = (0..<9).map { "f\($0)" } + (40..<49).map { "f\($0)" }
        #expect(report.features.count == DriftLimits.featureCountMax)
        #expect(report.unwatched.count == 18)
        #expect(report.unwatched == left, "\(report.unwatched)")
        #expect(report.notes.contains { $0.hasPrefix("18 features are not watched") })
        #expect(layout.cellCount <= DriftLimits.cellCountMax)
    }

    @Test func asManyFeaturesAsThereMayBeAreAllWatched() throws {
        let layout = try #require(DriftLayout(try Self.preprocessor(32), score: nil))
        #expect(layout.unwatched.isEmpty)
        #expect(try DriftLayout(Self.preprocessor(33), score: nil)?.unwatched == ["f32"])
    }

    @Test func olderModelsSayWhatTheyLack() throws {
        let bare = try Self.preprocessor(2, hasProfiles: false)
        #expect(DriftLayout(bare, score: nil) == nil)
        let scores = try #require(DriftLayout(bare, score: ColumnProfile(fitting: [0.5])))
        let notes = DriftMonitor(scores).report(.day).notes
        #expect(notes.contains { $0.hasPrefix("the features are not compared") })
        let features = try #require(DriftLayout(try Self.preprocessor(2), score: nil))
        let others = DriftMonitor(features).report(.day).notes
        #expect(others.contains { $0.hasPrefix("the predictions are not compared") })
        #expect(others.contains { $0.hasPrefix("there are too few rows (0)") })
    }

    @Test func rowsThatSufficeAreNoted() throws {
        let layout = try #require(DriftLayout(try Self.preprocessor(1), score: nil))
        let now = ContinuousClock.now
        let monitor = DriftMonitor(layout, start: now)
        let shifted = (0..<5_000).map { Float(50 + $0 % 50) }
        monitor.count(
            numbers: shifted.span,
            codes: [UInt8]().span,
            rowCount: 5_000,
            rows: 0..<5_000,
            scores: [Float]().span,
            at: now
        )
        let feature = monitor.report(.hour, at: now).features[0]
        let stability = try #require(feature.stability)
        #expect(stability.index > 1 && stability.pValue < 1e-6)
        // A hundred rows of training are too few for an index of 0.1, however many are scored.
        #expect(feature.hasTooFewRows)
    }
}
