// SPDX-License-Identifier: Apache-2.0

import Digest
import LoanArtifact
import LoanModel
import TestSupport
import Testing

/// Damage, forgery and age of stored artifacts.
@Suite struct DamageTests {
    private static let preprocessor = Result {
        try Preprocessor(
            fitting: CSVReader.table(
                SampleApplications(rows: 500, seed: 3).csv(),
                schema: .creditRisk,
                labels: .required
            )
        )
    }

    /// A model of usual size and a preprocessor, with what reads them.
    private static func artifacts() throws -> [(bytes: [UInt8], read: ([UInt8]) throws -> Void)] {
        var generator = SeededGenerator(seed: 11)
        let section = (0..<20_000).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let model = ModelArtifact(
            producer: "a test",
            trainedAt: 1,
            preprocessorFingerprint: [UInt8](0..<32),
            featureNames: ["person_age"],
            parameters: [],
            scores: nil,
            sections: [.init(id: 1, bytes: section)]
        )
        let saved = PreprocessorArtifact.encode(try preprocessor.get(), producer: "a test")
        return [
            (model.encoded(), { _ = try ModelArtifact(decoding: $0) }),
            (saved, { _ = try PreprocessorArtifact.decode($0) }),
        ]
    }

    @Test("A01 A15: every truncation is refused") func everyTruncationIsRefused() throws {
        for (whole, read) in try Self.artifacts() {
            let short = Array(0..<min(4_096, whole.count))
            for length in short + Array(stride(from: 4_096, to: whole.count, by: 997)) {
                #expect(throws: ArtifactError.self, "\(length) bytes") {
                    try read(Array(whole.prefix(length)))
                }
            }
        }
    }

    @Test("A02 A15: every bit of the header and 10,000 of the body are guarded")
    func everyBitOfTheHeaderAndTenThousandOfTheBodyAreGuarded() throws {
        var generator = SeededGenerator(seed: 12)
        for (whole, read) in try Self.artifacts() {
            let header = Array(0..<ArtifactContainer.headerLength * 8)
            let body = (0..<10_000).map { _ in
                Int.random(in: header.count..<whole.count * 8, using: &generator)
            }
            var damaged = whole
            for bit in header + body {
                damaged[bit / 8] ^= 1 << (bit % 8)
                #expect(throws: ArtifactError.self, "bit \(bit)") { try read(damaged) }
                damaged[bit / 8] ^= 1 << (bit % 8)
            }
            try read(damaged)
        }
    }

    /// An artifact with another version in its header, and a checksum that fits.
    private func resealed(_ whole: [UInt8], major: UInt8 = 1, minor: UInt8 = 0) -> [UInt8] {
        var bytes = whole
        bytes[7] = major
        bytes[8] = minor
        let digest = SHA256.hash(
            Array(bytes[..<24] + bytes[ArtifactContainer.headerLength...])
        )
        bytes.replaceSubrange(24..<ArtifactContainer.headerLength, with: digest)
        return bytes
    }

    @Test("A11 A15: a later minor version is read and a later major one is not")
    func aLaterMinorVersionIsReadAndALaterMajorOneIsNot() throws {
        for (whole, read) in try Self.artifacts() {
            try read(resealed(whole))
            try read(resealed(whole, minor: 1))
            #expect(throws: ArtifactError.newerRelease(what: "container version 2")) {
                try read(resealed(whole, major: 2))
            }
        }
    }

    /// The preprocessor with the 8 bytes of one number replaced, sealed again.
    private func forged(_ old: Double, _ new: Double) throws -> [UInt8] {
        let saved = PreprocessorArtifact.encode(
            try Self.preprocessor.get(),
            producer: "a test"
        )
        var payload = Array(saved[ArtifactContainer.headerLength...])
        let pattern = Self.littleEndian(old)
        let place = try #require(
            (0...payload.count - 8).first { payload[$0..<$0 + 8].elementsEqual(pattern) }
        )
        payload.replaceSubrange(place..<place + 8, with: Self.littleEndian(new))
        return ArtifactContainer.seal(payload, kind: .preprocessor)
    }

    private static func littleEndian(_ value: Double) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }
    }

    @Test("A14: forged numbers are refused") func forgedNumbersAreRefused() throws {
        var medians: [Double] = []
        var transforms: [(lambda: Double, mean: Double, scale: Double)] = []
        for step in try Self.preprocessor.get().steps {
            switch step.fitted {
            case .impute(let fitted): medians.append(fitted.median)
            case .power(let fitted): transforms.append((fitted.lambda, fitted.mean, fitted.scale))
            case .oneHot, .codes, .unchanged, .number, .date: break
            }
        }
        let power = try #require(transforms.first)
        let forgeries = [
            (medians[0], Double.infinity), (medians[0], .nan), (power.lambda, .nan),
            (power.lambda, -.infinity), (power.mean, .nan), (power.scale, 0), (power.scale, -1),
            (power.scale, .nan),
        ]
        for (old, new) in forgeries {
            let bytes = try forged(old, new)
            let error = #expect(throws: ArtifactError.self, "\(old) as \(new)") {
                try PreprocessorArtifact.decode(bytes)
            }
            guard case .invalid? = error else {
                Issue.record("\(old) as \(new): \(String(describing: error))")
                continue
            }
        }
        // The same number once more is no forgery.
        let same = try forged(power.scale, power.scale)
        _ = try PreprocessorArtifact.decode(same)
    }

    @Test("A14: forged columns are refused") func forgedColumnsAreRefused() throws {
        let saved = PreprocessorArtifact.encode(try Self.preprocessor.get(), producer: "a test")
        let payload = Array(saved[ArtifactContainer.headerLength...])
        func edited(_ old: String, _ new: String) throws -> [UInt8] {
            let pattern = Array(old.utf8)
            let place = try #require(
                (0...payload.count - pattern.count).first {
                    payload[$0..<$0 + pattern.count].elementsEqual(pattern)
                }
            )
            var bytes = payload
            bytes.replaceSubrange(place..<place + pattern.count, with: Array(new.utf8))
            return ArtifactContainer.seal(bytes, kind: .preprocessor)
        }
        // Another column in the place of one; a category twice; categories in another order.
        for (old, new) in [
            ("loan_int_rate", "loan_int_ratf"), ("MEDICAL", "VENTURE"), ("EDUCATION", "ZDUCATION"),
        ] {
            let bytes = try edited(old, new)
            #expect(throws: ArtifactError.self, "\(old) as \(new)") {
                try PreprocessorArtifact.decode(bytes)
            }
        }
        // Field 5 (one-hot columns) a million times, each with a category.
        let column: [UInt8] = [0x2A, 0x03, 0x12, 0x01, 0x41]
        let many = payload + (0..<150_000).flatMap { _ in column }
        #expect(throws: ArtifactError.self) {
            try PreprocessorArtifact.decode(
                ArtifactContainer.seal(many, kind: .preprocessor)
            )
        }
    }

    @Test("A11: sections of a later release are carried") func sectionsOfALaterReleaseAreCarried()
        throws
    {
        let model = ModelArtifact(
            producer: "a later release",
            trainedAt: 1,
            preprocessorFingerprint: [],
            featureNames: [],
            parameters: [],
            scores: nil,
            sections: [.init(id: 4_000_000, bytes: [1, 2, 3])]
        )
        #expect(try ModelArtifact(decoding: model.encoded()) == model)
    }
}
