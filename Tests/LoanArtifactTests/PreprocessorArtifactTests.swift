// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import TestSupport
import Testing

/// What a stored preprocessor keeps of the training part.
@Suite struct PreprocessorArtifactTests {
    private static func fitted() throws -> Preprocessor {
        try Preprocessor(
            fitting: CSVReader.table(
                SampleApplications(rows: 500, seed: 3).csv(),
                schema: .creditRisk,
                labels: .required
            )
        )
    }

    /// As earlier releases fitted and stored it.
    private static func withoutRanges() throws -> Preprocessor {
        let whole = try fitted()
        let features = try whole.steps.map { step -> FittedFeature in
            switch step.fitted {
            case .impute(let fitted):
                .impute(try MedianImputer(feature: fitted.feature, median: fitted.median))
            case .power(let fitted):
                .power(
                    try PowerTransform(
                        feature: fitted.feature,
                        lambda: fitted.lambda,
                        mean: fitted.mean,
                        scale: fitted.scale
                    )
                )
            case .oneHot, .codes, .unchanged, .number, .date: step.fitted
            }
        }
        return try Preprocessor(schema: whole.schema, features: features)
    }

    private static func decode(_ bytes: [UInt8]) throws -> Preprocessor {
        try PreprocessorArtifact.decode(bytes)
    }

    @Test func rangesOfTrainingValuesAreKept() throws {
        let fitted = try Self.fitted()
        let read = try Self.decode(PreprocessorArtifact.encode(fitted, producer: "a test"))
        #expect(read == fitted)
        #expect(read.steps.count { $0.fitted.range != nil } == 7)
    }

    @Test func anArtifactWithoutRangesStaysReadableAndBound() throws {
        let older = try Self.withoutRanges()
        let read = try Self.decode(PreprocessorArtifact.encode(older, producer: "an older release"))
        #expect(read == older)
        #expect(read.steps.allSatisfy { $0.fitted.range == nil })
        #expect(
            PreprocessorArtifact.fingerprint(of: read)
                == PreprocessorArtifact.fingerprint(of: try Self.fitted())
        )
    }

    @Test(arguments: [Float.nan, .infinity, 1e9])
    func aForgedRangeIsRefused(low: Float) throws {
        let fitted = try Self.fitted()
        let step = try #require(fitted.steps.first { $0.fitted.name == "person_income" })
        let range = try #require(step.fitted.range)
        let saved = PreprocessorArtifact.encode(fitted, producer: "a test")
        var payload = Array(saved[ArtifactContainer.headerLength...])
        // Field 3 of the range: its key, then 4 bytes.
        let pattern = [0x1D] + Self.littleEndian(range.low)
        let place = try #require(
            (0...payload.count - 5).first { payload[$0..<$0 + 5].elementsEqual(pattern) }
        )
        payload.replaceSubrange(place + 1..<place + 5, with: Self.littleEndian(low))
        let error = #expect(throws: ArtifactError.self) {
            try Self.decode(ArtifactContainer.seal(payload, kind: .preprocessor))
        }
        guard case .invalid(field: "preprocessor", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    private static func littleEndian(_ value: Float) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }
}
