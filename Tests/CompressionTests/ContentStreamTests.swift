// SPDX-License-Identifier: Apache-2.0

import Compression
import TestSupport
import Testing

/// Tables that are compressed, read piece by piece.
@Suite struct ContentStreamTests {
    private typealias Failure = StreamError<Never>

    private static func read(
        _ file: [UInt8],
        by pieceLength: Int = 4_096,
        limits: CompressionLimits = CompressionLimits()
    ) throws(Failure) -> [UInt8] {
        var stream = ContentStream(limits: limits)
        var content: [UInt8] = []
        for start in stride(from: 0, to: file.count, by: pieceLength) {
            let end = min(start + pieceLength, file.count)
            try stream.append(file[start..<end].span) { piece in
                for index in piece.indices { content.append(piece[index]) }
            }
        }
        try stream.finish { piece in for index in piece.indices { content.append(piece[index]) } }
        return content
    }

    private static func compress(_ content: [UInt8], _ format: CompressionFormat) -> [UInt8] {
        switch format {
        case .gzip: Compressed.gzip(content)
        case .zstandard: Compressed.zstandard(content)
        }
    }

    /// Longer than two pieces of content, and not all alike.
    private static let content: [UInt8] = {
        var random = SeededGenerator(seed: 4)
        return (0..<60_000).flatMap { row in
            Array("\(row),\(UInt16.random(in: 0...UInt16.max, using: &random))\n".utf8)
        }
    }()

    @Test(arguments: CompressionFormat.allCases, [1 << 20, 4_096, 997])
    func contentIsReadWhateverThePieces(format: CompressionFormat, pieceLength: Int) throws {
        let file = Self.compress(Self.content, format)
        #expect(file.count < Self.content.count)
        #expect(try Self.read(file, by: pieceLength) == Self.content)
    }

    @Test(arguments: CompressionFormat.allCases)
    func membersFollowEachOther(format: CompressionFormat) throws {
        let parts = ["a,b\n1,", "", "2\n", "3,4\n"].map { Array($0.utf8) }
        let file = parts.flatMap { Self.compress($0, format) }
        for pieceLength in [1, 2, 5, file.count] {
            #expect(try Self.read(file, by: pieceLength) == parts.flatMap { $0 })
        }
    }

    @Test(arguments: ["", "a", "ab\n", "a,b\n1,2\n", "\u{1F}\u{8A}x", "(\u{B5}/x"])
    func whatIsNotCompressedIsPassedOn(text: String) throws {
        for pieceLength in [1, 3, 100] {
            #expect(try Self.read(Array(text.utf8), by: pieceLength) == Array(text.utf8))
        }
    }

    @Test(arguments: CompressionFormat.allCases)
    func aFileThatEndsEarlyIsRefusedWhereverItEnds(format: CompressionFormat) {
        let file = Self.compress(Array("person_age,loan_status\n21,1\n22,0\n".utf8), format)
        for end in 4..<file.count {
            #expect(throws: Failure.compression(.cut(format)), "\(end)") {
                try Self.read(Array(file[..<end]))
            }
        }
    }

    @Test(arguments: CompressionFormat.allCases)
    func whatFollowsAndIsNoMemberIsRefused(format: CompressionFormat) {
        let file = Self.compress(Array("a\n1\n".utf8), format) + Array("and so on".utf8)
        for pieceLength in [1, 1_000] {
            #expect(throws: Failure.compression(.damaged(format))) {
                try Self.read(file, by: pieceLength)
            }
        }
    }

    @Test func aWrongSumIsRefused() {
        var file = Compressed.gzip(Array("a\n1\n".utf8))
        file[file.count - 6] ^= 1
        #expect(throws: Failure.compression(.damaged(.gzip))) { try Self.read(file) }
    }

    @Test(arguments: CompressionFormat.allCases)
    func contentHasALimit(format: CompressionFormat) throws {
        var limits = CompressionLimits()
        limits.contentBytesMax = Self.content.count
        let file = Self.compress(Self.content, format)
        #expect(try Self.read(file, limits: limits).count == Self.content.count)
        limits.contentBytesMax -= 1
        #expect(throws: Failure.compression(.contentTooLong(limit: limits.contentBytesMax))) {
            try Self.read(file, limits: limits)
        }
    }

    @Test(arguments: CompressionFormat.allCases)
    func contentThatIsFarLongerThanItsFileIsRefused(format: CompressionFormat) throws {
        let content = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 21)
        let file = Self.compress(content, format)
        var limits = CompressionLimits()
        limits.freeBytes = content.count
        #expect(try Self.read(file, limits: limits).count == content.count)
        limits.freeBytes -= 1
        #expect(throws: Failure.compression(.tooDense(limit: 250))) {
            try Self.read(file, limits: limits)
        }
        limits.densityMax = content.count / file.count + 1
        #expect(try Self.read(file, limits: limits).count == content.count)
    }

    /// A frame without content that asks for a window of 2 to the power of `log` bytes.
    private static func frame(windowBytesLog log: UInt8) -> [UInt8] {
        [0x28, 0xB5, 0x2F, 0xFD, 0, (log - 10) << 3, 1, 0, 0]
    }

    @Test func windowsOfZstandardHaveALimit() throws {
        #expect(try Self.read(Self.frame(windowBytesLog: 27)).isEmpty)
        #expect(throws: Failure.compression(.windowTooLarge(limit: 1 << 27))) {
            try Self.read(Self.frame(windowBytesLog: 28))
        }
    }

    @Test func errorsOfWhatReadsTheContentArePassedOn() {
        struct Stopped: Error, Equatable {}
        var stream = ContentStream()
        let file = Compressed.gzip(Self.content)
        #expect(throws: StreamError.content(Stopped())) {
            try stream.append(file.span) { (_) throws(Stopped) in throw Stopped() }
        }
    }
}
