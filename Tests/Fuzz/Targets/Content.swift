// SPDX-License-Identifier: Apache-2.0

internal import Compression

extension FuzzTarget {
    /// A table that may be compressed. Where it is cut into pieces must not matter.
    static let content = FuzzTarget(
        name: "content",
        seeds: { [[0, 7] + ContentSeed.gzip, [0, 5] + ContentSeed.zstandard] },
        run: { bytes in
            var input = FuzzInput(bytes)
            let cut = input.number(upTo: 1 << 12)
            let file = Array(input.rest)
            let end = min(cut, file.count)
            let whole = read([file[...]]), parts = read([file[..<end], file[end...]])
            return whole == parts ? nil : "a cut at \(end) changes the content"
        }
    )

    /// The content, as far as the limits let it be read.
    private static func read(_ parts: [ArraySlice<UInt8>]) -> [UInt8]? {
        var limits = CompressionLimits()
        limits.contentBytesMax = 1 << 20
        limits.windowBytesLog = 20
        return accepted { () throws(StreamError<Never>) in
            var stream = ContentStream(limits: limits)
            var content: [UInt8] = []
            for part in parts {
                try stream.append(Array(part).span) { piece in
                    for index in piece.indices { content.append(piece[index]) }
                }
            }
            try stream.finish { piece in
                for index in piece.indices { content.append(piece[index]) }
            }
            return content
        }
    }
}

/// The table "a,y", "1,0", compressed in both ways.
private enum ContentSeed {
    static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4B, 0xD4, 0xA9, 0xE4, 0x32,
        0xD4, 0x31, 0xE0, 0x02, 0x00, 0xA1, 0x97, 0xB0, 0x51, 0x08, 0x00, 0x00, 0x00,
    ]
    static let zstandard: [UInt8] = [
        0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x41, 0x00, 0x00, 0x61, 0x2C, 0x79, 0x0A, 0x31, 0x2C,
        0x30, 0x0A, 0x87, 0x94, 0xDF, 0x31,
    ]
}
