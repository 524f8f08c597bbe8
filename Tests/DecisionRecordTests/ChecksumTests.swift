// SPDX-License-Identifier: Apache-2.0

import CRecord
import DecisionRecord
import TestSupport
import Testing

@Suite struct ChecksumTests {
    /// RFC 3720, appendix B.4, and the check value of the catalogues.
    private static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0..<32), 0x46DD_794E),
        (Array("123456789".utf8), 0xE306_9283),
    ]

    @Test(arguments: vectors)
    func equalsKnownVectors(bytes: [UInt8], checksum: UInt32) {
        #expect(Checksum.of(bytes[...]) == checksum)
    }

    @Test func instructionsAndTableAgreeAtEveryLength() {
        var random = SeededGenerator(seed: 1)
        let bytes = (0..<6_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        let has = crec_has_crc32c()
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            // Each part is within the bytes.
            for count in Array(0..<1_100) + Array(stride(from: 1_100, to: 5_990, by: 7)) {
                let part = unsafe start + count % 9
                let fast = unsafe crec_crc32c(7, part, count, has)
                #expect(unsafe fast == crec_crc32c(7, part, count, false))
            }
        }
    }

    @Test func goesOnAfterOtherBytes() {
        let bytes = Array("a record of decisions".utf8)
        let first = Checksum.of(bytes[..<9])
        let rest = Array(bytes[9...])
        #expect(unsafe Checksum.of(rest.span.bytes, after: first) == Checksum.of(bytes[...]))
    }
}
