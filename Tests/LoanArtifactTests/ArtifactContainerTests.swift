// SPDX-License-Identifier: Apache-2.0

import LoanArtifact
import TestSupport
import Testing

@Suite struct ArtifactContainerTests {
    private let payload = Array("a payload of some length".utf8)

    private var sealed: [UInt8] { ArtifactContainer.seal(payload, kind: .model) }

    @Test func opensWhatItSealed() throws {
        #expect(Array(try ArtifactContainer.open(sealed, kind: .model)) == payload)
    }

    @Test("A02: every flipped bit is found") func findsEveryFlippedBit() {
        for bit in 0..<sealed.count * 8 {
            var damaged = sealed
            damaged[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: ArtifactError.self, "bit \(bit)") {
                try ArtifactContainer.open(damaged, kind: .model)
            }
        }
    }

    @Test("A01: every truncation is found") func findsEveryTruncation() {
        for length in 0..<sealed.count {
            #expect(throws: ArtifactError.self, "\(length) bytes") {
                try ArtifactContainer.open(Array(sealed.prefix(length)), kind: .model)
            }
        }
    }

    @Test("A03: appended bytes are found") func findsAppendedBytes() {
        #expect(
            throws: ArtifactError.wrongLength(expected: sealed.count, found: sealed.count + 1)
        ) {
            try ArtifactContainer.open(sealed + [0], kind: .model)
        }
    }

    @Test func refusesAnotherKind() {
        #expect(throws: ArtifactError.wrongKind(expected: .preprocessor, found: 2)) {
            try ArtifactContainer.open(sealed, kind: .preprocessor)
        }
    }

    @Test("A11: a newer release is named") func namesANewerRelease() {
        var newer = sealed
        newer[7] = 2
        #expect(throws: ArtifactError.newerRelease(what: "container version 2")) {
            try ArtifactContainer.open(newer, kind: .model)
        }
    }

    @Test(arguments: [[0x80, 4, 0x95], [0x80, 2, 0x7D]] as [[UInt8]])
    func refusesPickles(bytes: [UInt8]) {
        #expect(throws: ArtifactError.pickle) {
            try ArtifactContainer.open(bytes, kind: .model)
        }
    }

    @Test(
        arguments: [
            ([0x1F, 0x8B, 8], .gzip), ([0x78, 0x9C, 1], .zlib), ([0x78, 0x5E, 1], .zlib),
            ([0x78, 0x01, 1], .zlib), ([0x78, 0xDA, 1], .zlib), ([0x42, 0x5A, 0x68, 0x39], .bzip2),
            ([0x28, 0xB5, 0x2F, 0xFD], .zstd), ([0x50, 0x4B, 3, 4], .zip),
        ] as [([UInt8], Compression)]
    )
    func refusesCompressedFilesByTheirForm(bytes: [UInt8], form: Compression) {
        #expect(throws: ArtifactError.compressed(form)) {
            try ArtifactContainer.open(bytes, kind: .model)
        }
    }

    @Test func refusesNothingAsNothing() {
        #expect(throws: ArtifactError.empty) { try ArtifactContainer.open([], kind: .model) }
    }

    @Test("A01: other bytes are refused") func refusesOtherBytes() {
        #expect(throws: ArtifactError.unknownFormat) {
            try ArtifactContainer.open(Array("person_age,person_income".utf8), kind: .model)
        }
    }
}
