// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite struct ContentCodingTests {
    // zlib.compress(b"a" * 1000) and gzip.compress(b"a" * 1000, mtime=0) of Python.
    private static let zlib: [UInt8] = [
        0x78, 0x9C, 0x4B, 0x4C, 0x1C, 0x05, 0xA3, 0x60, 0x14, 0x0C, 0x77, 0x00, 0x00, 0xF9, 0xD8,
        0x7A, 0xF8,
    ]

    @Test func decodesUpToTheLimitAndNotBeyond() throws {
        let content = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        #expect(try ContentCoding.deflate.decode(Self.zlib, limit: 1000) == content)
        #expect(throws: ContentCodingError.tooLong(limit: 999)) {
            try ContentCoding.deflate.decode(Self.zlib, limit: 999)
        }
    }

    @Test func refusesEveryTruncationAndEveryFlippedBit() {
        for length in 0..<Self.zlib.count {
            #expect(throws: ContentCodingError.damaged(.deflate)) {
                try ContentCoding.deflate.decode(Array(Self.zlib.prefix(length)), limit: 4096)
            }
        }
        for bit in 0..<Self.zlib.count * 8 {
            var flipped = Self.zlib
            flipped[bit / 8] ^= 1 << (bit % 8)
            // A flip may leave the content as it is (a header flag) but never changes it unseen.
            let content = try? ContentCoding.deflate.decode(flipped, limit: 4096)
            #expect(content == nil || content == [UInt8](repeating: UInt8(ascii: "a"), count: 1000))
        }
    }

    @Test func refusesWhatFollowsTheStream() {
        #expect(throws: ContentCodingError.damaged(.deflate)) {
            try ContentCoding.deflate.decode(Self.zlib + [0], limit: 4096)
        }
    }

    // gzip.compress(b"ab", mtime=0), gzip.compress(b"", mtime=0) of Python.
    private static let ab: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF, 0x4B, 0x4C, 2, 0, 0x6D, 0x48, 0x83, 0x9E, 2, 0, 0, 0,
    ]
    private static let nothing: [UInt8] = [
        0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ]

    @Test func membersOfGzipFollowEachOther() throws {
        let members = Self.ab + Self.nothing + Self.ab + Self.nothing
        #expect(try ContentCoding.gzip.decode(members, limit: 4) == Array("abab".utf8))
        #expect(throws: ContentCodingError.tooLong(limit: 3)) {
            try ContentCoding.gzip.decode(members, limit: 3)
        }
        for length in 1..<Self.ab.count {
            #expect(throws: ContentCodingError.damaged(.gzip)) {
                try ContentCoding.gzip.decode(Self.ab + Self.ab.prefix(length), limit: 4096)
            }
        }
        #expect(throws: ContentCodingError.damaged(.gzip)) {
            try ContentCoding.gzip.decode(Self.ab + [0], limit: 4096)
        }
    }

    @Test func manyEmptyMembersAreNothing() throws {
        let many = (0..<10_000).flatMap { _ in Self.nothing }
        #expect(try ContentCoding.gzip.decode(many + Self.ab, limit: 2) == Array("ab".utf8))
    }

    @Test func refusesTheOtherCoding() {
        #expect(throws: ContentCodingError.damaged(.gzip)) {
            try ContentCoding.gzip.decode(Self.zlib, limit: 4096)
        }
    }

    @Test(arguments: [("gzip", ContentCoding.gzip), ("GZIP", .gzip), ("deflate", .deflate)])
    func readsTheNamesOfTheHeader(name: String, coding: ContentCoding) {
        #expect(ContentCoding(headerValue: name) == coding)
    }

    @Test func knowsNoOtherName() {
        #expect(ContentCoding(headerValue: "br") == nil)
    }

    @Test(.enabled(if: PythonOracle.isAvailable, "\(PythonOracle.skipReason)"))
    func decodesWhatPythonCompresses() throws {
        var generator = SeededGenerator(seed: 6)
        for length in [0, 1, 100, 70_000, 1 << 20] {
            let content = (0..<length).map { _ in UInt8.random(in: 0...15, using: &generator) }
            for coding in ContentCoding.allCases {
                let compressed = try PythonOracle.run(
                    "compress.py",
                    [coding.rawValue],
                    input: Data(content)
                )
                let decoded = try coding.decode(Array(compressed), limit: 1 << 20)
                #expect(decoded == content)
            }
        }
    }
}
