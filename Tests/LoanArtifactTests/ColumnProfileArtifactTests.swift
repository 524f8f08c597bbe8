// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import LoanModel
import TestSupport
import Testing

/// Where the rows lay that a preprocessor and a model were fitted to, as both keep it.
@Suite struct ColumnProfileArtifactTests {
    private static func model(_ profile: ColumnProfile?) -> ModelArtifact {
        ModelArtifact(
            producer: "a test",
            trainedAt: 1,
            preprocessorFingerprint: [],
            featureNames: ["debt"],
            parameters: [],
            scores: nil,
            scoreProfile: profile,
            sections: []
        )
    }

    @Test func profilesOfRawColumnsAreKept() throws {
        let table = try CSVReader.table(
            SampleApplications(rows: 400, seed: 3).csv(),
            schema: .creditRisk,
            labels: .required
        )
        let fitted = try Preprocessor(fitting: table)
        let saved = PreprocessorArtifact.encode(fitted, producer: "a test")
        let read = try PreprocessorArtifact.decode(saved)
        #expect(read.steps.map(\.profile) == fitted.steps.map(\.profile))
        #expect(read.steps.allSatisfy { $0.profile?.rowCount == 400 })
        // What earlier releases stored is read, and is bound to the same models.
        let bare = try Preprocessor(
            schema: fitted.schema,
            features: fitted.steps.map(\.fitted)
        )
        let older = PreprocessorArtifact.encode(bare, producer: "an older release")
        #expect(try PreprocessorArtifact.decode(older) == bare)
        #expect(
            PreprocessorArtifact.fingerprint(of: bare)
                == PreprocessorArtifact.fingerprint(of: fitted)
        )
        // The profiles are all that is added.
        #expect(saved.count < older.count + 2_048)
    }

    @Test func theProfileOfPredictionsIsKept() throws {
        let profile = ColumnProfile(fitting: (0..<1_000).map { Float($0 * 37 % 1_000) / 1_000 })
        for artifact in [Self.model(profile), Self.model(nil)] {
            #expect(try ModelArtifact(decoding: artifact.encoded()) == artifact)
        }
        #expect(profile.counts == [Int](repeating: 100, count: 10))
    }

    @Test func aForgedProfileIsRefusedByName() throws {
        let categories = try ColumnProfile(
            feature: "x",
            bins: .categories(codes: [0], categoryCount: 1),
            counts: [7],
            missingCount: 0
        )
        #expect(
            throws: ArtifactError.invalid(
                field: "score_profile",
                problem: "predictions are numbers"
            )
        ) { try ModelArtifact(decoding: Self.model(categories).encoded()) }
        // An edge that is no number.
        let saved = Self.model(ColumnProfile(fitting: [0.25, 0.5])).encoded()
        var payload = Array(saved[ArtifactContainer.headerLength...])
        let edge: [UInt8] = [0, 0, 0x80, 0x3E]
        let place = try #require(
            (0...payload.count - 4).first { payload[$0..<$0 + 4].elementsEqual(edge) }
        )
        payload.replaceSubrange(place..<place + 4, with: [0, 0, 0xC0, 0x7F])
        let error = #expect(throws: ArtifactError.self) {
            try ModelArtifact(decoding: ArtifactContainer.seal(payload, kind: .model))
        }
        guard case .invalid(field: "score_profile", _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
