// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import TestSupport
import Testing

@Suite struct ModelArtifactTests {
    private let artifact = ModelArtifact(
        producer: "loan-default 0.1.0",
        trainedAt: 1_700_000_000,
        preprocessorFingerprint: [UInt8](0..<32),
        featureNames: ["person_age", "loan_grade_A"],
        parameters: [.init(name: "max_depth", value: "10"), .init(name: "rounds", value: "500")],
        scores: .classes(
            ClassificationScores(
                nonDefault: .init(precision: 0.93, recall: 0.98, f1: 0.96, support: 77_958),
                default: .init(precision: 0.95, recall: 0.76, f1: 0.84, support: 22_042),
                accuracy: 0.939,
                auc: 0.979,
                brier: 0.061,
                areOfUnseenRows: true
            )
        ),
        evaluation: ModelEvaluation(
            labels: ([0, 0, 1, 1] as [Float]).span,
            probabilities: ([0.1, 0.6, 0.4, 0.9] as [Float]).span
        ),
        importances: [.init(name: "person_age", totalGain: 12.5, splits: 3)],
        sections: [.init(id: 1, bytes: [1, 2, 3]), .init(id: 9, bytes: [])]
    )

    @Test func decodesWhatItEncoded() throws {
        #expect(try ModelArtifact(decoding: artifact.encoded()) == artifact)
    }

    @Test func carriesTheScoresOfNumbers() throws {
        var numbers = artifact
        numbers.evaluation = nil
        numbers.scores = .numbers(
            RegressionScores(rmse: 2.5, mae: 1.25, r2: 0.75, rowCount: 71, areOfUnseenRows: true)
        )
        #expect(try ModelArtifact(decoding: numbers.encoded()) == numbers)
    }

    @Test func carriesWhatTheRowsOfAClassCount() throws {
        let scores = try #require(artifact.scores?.classes)
        var weighted = artifact
        weighted.scores = .classes(
            ClassificationScores(
                nonDefault: .init(precision: 1, recall: 1, f1: 1, support: 7, weight: 0),
                default: .init(precision: 1, recall: 1, f1: 1, support: 5, weight: 12.5),
                accuracy: scores.accuracy,
                auc: scores.auc,
                brier: scores.brier,
                areOfUnseenRows: true
            )
        )
        #expect(try ModelArtifact(decoding: weighted.encoded()) == weighted)
    }

    @Test func carriesNoScoresWhenThereAreNone() throws {
        var bare = artifact
        bare.scores = nil
        bare.preprocessorFingerprint = []
        #expect(try ModelArtifact(decoding: bare.encoded()) == bare)
    }

    @Test("scores of releases that did not store on what they were measured carry a warning")
    func scoresWithoutMeasurementCarryAWarning() throws {
        let scores = try #require(artifact.scores?.classes)
        #expect(scores.warning == nil)
        var older = artifact
        older.scores = .classes(
            ClassificationScores(
                nonDefault: scores.nonDefault,
                default: scores.default,
                accuracy: scores.accuracy,
                auc: scores.auc,
                brier: nil,
                areOfUnseenRows: false
            )
        )
        let read = try ModelArtifact(decoding: older.encoded())
        #expect(read == older)
        #expect(try #require(read.scores?.warning).contains("train again"))
    }

    @Test func anArtifactWithoutEvaluationStaysReadable() throws {
        var older = artifact
        older.evaluation = nil
        older.importances = []
        #expect(try ModelArtifact(decoding: older.encoded()) == older)
    }

    @Test func refusesAnEvaluationOfAnotherLength() {
        var odd = artifact
        odd.evaluation = ModelEvaluation(roc: [], calibration: [], histogram: [])
        let error = ArtifactError.invalid(
            field: "evaluation",
            problem: "its lists are not of the same length"
        )
        #expect(throws: error) { try ModelArtifact(decoding: odd.encoded()) }
    }

    @Test func refusesAFingerprintOfAnotherLength() {
        var odd = artifact
        odd.preprocessorFingerprint = [1]
        let error = ArtifactError.invalid(
            field: "preprocessor_fingerprint",
            problem: "it is no SHA-256"
        )
        #expect(throws: error) { try ModelArtifact(decoding: odd.encoded()) }
    }

    @Test func refusesAnUnknownCapability() {
        // Field 1, varint: capability 7.
        let bytes = ArtifactContainer.seal([0x08, 0x07], kind: .model)
        #expect(throws: ArtifactError.newerRelease(what: "capability 7")) {
            try ModelArtifact(decoding: bytes)
        }
    }

    @Test func skipsUnknownFields() throws {
        // Field 100, varint.
        let bytes = ArtifactContainer.seal([0xA0, 0x06, 0x07], kind: .model)
        #expect(try ModelArtifact(decoding: bytes).sections.isEmpty)
    }

    @Test func boundsTheMemoryOfEmptyMessages() {
        // A megabyte of empty parameters (field 6) would take 48 times its length.
        let bytes = ArtifactContainer.seal(
            [UInt8](repeating: 0, count: 0)
                + (0..<500_000).flatMap { _ in [0x32, 0x00] as [UInt8] },
            kind: .model
        )
        #expect(throws: ArtifactError.undecodable) { try ModelArtifact(decoding: bytes) }
    }

    @Test func survivesRandomPayloads() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<20_000 {
            var payload = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                UInt8.random(in: .min ... .max, using: &generator)
            }
            // Tags of known fields come up often.
            if !payload.isEmpty {
                payload[0] =
                    [0x08, 0x12, 0x22, 0x2A, 0x32, 0x3A, 0x42, 0x4A, 0x52].randomElement(
                        using: &generator
                    ) ?? 0
            }
            _ = try? ModelArtifact(decoding: ArtifactContainer.seal(payload, kind: .model))
        }
    }
}
