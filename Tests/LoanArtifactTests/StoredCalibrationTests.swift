// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import ModelValidation
import TestSupport
import Testing

@Suite struct StoredCalibrationTests {
    private static let before = FittedCalibration.Quality(brier: 0.2, expectedError: 0.1)
    private static let after = FittedCalibration.Quality(brier: 0.15, expectedError: 0.02)

    private static func artifact(_ calibration: Calibration?) -> ModelArtifact {
        ModelArtifact(
            producer: "a test",
            trainedAt: 1,
            preprocessorFingerprint: [UInt8](0..<32),
            featureNames: ["person_age"],
            parameters: [],
            scores: nil,
            calibration: calibration.map {
                FittedCalibration($0, rowCount: 4_096, before: before, after: after)
            },
            sections: []
        )
    }

    private static func all() throws -> [Calibration] {
        [
            .platt(try PlattCalibration(slope: 1.0 / 3, intercept: -0.1)),
            .isotonic(
                try IsotonicCalibration(
                    margins: [-2.5, 0.1, 3],
                    probabilities: [0, 1.0 / 3, 1]
                )
            ),
            .beta(try BetaCalibration(a: 0.7, b: 0, c: -1e-3)),
        ]
    }

    @Test func everyCalibrationComesBackAsItWas() throws {
        for calibration in try Self.all() {
            let artifact = Self.artifact(calibration)
            #expect(try ModelArtifact(decoding: artifact.encoded()) == artifact)
        }
    }

    @Test func anArtifactWithoutCalibrationIsThatOfEarlierReleases() throws {
        let artifact = Self.artifact(nil)
        #expect(try ModelArtifact(decoding: artifact.encoded()).calibration == nil)
        // Field 12 of bytes would begin with 0x62.
        let bytes = artifact.encoded().dropFirst(ArtifactContainer.headerLength)
        #expect(!bytes.contains(0x62))
    }

    /// The payload of a model that has nothing but field 12.
    private static func read(_ calibration: [UInt8]) throws(ArtifactError) -> ModelArtifact {
        let payload = [0x62, UInt8(calibration.count)] + calibration
        return try ModelArtifact(decoding: ArtifactContainer.seal(payload, kind: .model))
    }

    private static func number(_ field: UInt8, _ value: Double) -> [UInt8] {
        let bits = value.bitPattern
        return [field << 3 | 1] + (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }

    private static func message(_ field: UInt8, _ contents: [UInt8]) -> [UInt8] {
        [field << 3 | 2, UInt8(contents.count)] + contents
    }

    private static let refusal = ArtifactError.invalid(
        field: "calibration",
        problem: "the stored calibration has parameters that cannot be"
    )

    private static let line = message(1, number(1, 2) + number(2, -1))

    @Test func aStoredLineIsRead() throws {
        let calibration = try Self.read(Self.line).calibration?.calibration
        #expect(calibration == .platt(try PlattCalibration(slope: 2, intercept: -1)))
    }

    @Test(
        "parameters that no fit gives are refused",
        arguments: [
            // No method, and two at once.
            [], message(1, number(1, 2)) + message(3, number(1, 1)),
            // A slope of 0, one below it, one that is no number; an intercept without end.
            message(1, []), message(1, number(1, -1)), message(1, number(1, .nan)),
            message(1, number(1, 1) + number(2, .infinity)),
            // No knots; more probabilities than margins; margins that fall.
            message(2, []), message(2, message(2, [UInt8](repeating: 0, count: 8))),
            message(
                2,
                message(1, [0, 0, 0, 0x40, 0, 0, 0, 0])
                    + message(2, [UInt8](repeating: 0, count: 16))
            ),
            // A curve that is level, and one that falls.
            message(3, []), message(3, number(1, -1) + number(2, 2)),
        ]
    )
    func refusesParametersThatNoFitGives(calibration: [UInt8]) {
        #expect(throws: Self.refusal) { try Self.read(calibration) }
    }

    @Test(arguments: [-0.1, 1.1, .nan])
    func refusesAFigureThatIsNone(value: Double) {
        let error = ArtifactError.invalid(
            field: "calibration",
            problem: "a figure of it is not in [0, 1]"
        )
        for field in [UInt8(1), 2] {
            #expect(throws: error) {
                try Self.read(Self.line + Self.message(5, Self.number(field, value)))
            }
        }
    }
}
