// SPDX-License-Identifier: Apache-2.0

import Digest
import Foundation
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples of NIST's "Cryptographic Standards and Guidelines", and no bytes.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func equalsThePublishedExamplesOfSHA256(text: String, digest: String) {
        #expect(hex(SHA256.hash(Array(text.utf8))) == digest)
    }

    @Test func equalsThePublishedExampleOfAMillionBytes() {
        var hash = SHA256()
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
        for _ in 0..<1_000 { hash.update(piece.span) }
        let digest = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        #expect(hex(hash.finalize()) == digest)
        #expect(hex(hash.finalize()) == digest, "a digest does not end the hash")
        let none: [UInt8] = []
        hash.update(none.span)
        #expect(hex(hash.finalize()) == digest)
        hash.update(piece.span)
        #expect(hex(hash.finalize()) != digest)
    }

    /// RFC 4231, cases 1, 2, 3, 4, 6 and 7.
    @Test(
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                Array(1...25), [UInt8](repeating: 0xCD, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131),
                Array(
                    ("This is a test using a larger than block-size key and a larger than block-size "
                        + "data. The key needs to be hashed before being used by the HMAC algorithm.")
                        .utf8
                ),
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
            ),
        ] as [([UInt8], [UInt8], String)]
    )
    func equalsThePublishedCodes(key: [UInt8], message: [UInt8], code: String) {
        #expect(hex(HMACSHA256.code(message, key: key)) == code)
    }

    @Test func emptyKeysAndMessagesHaveCodes() {
        #expect(
            hex(HMACSHA256.code([], key: []))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"
        )
    }

    @Test func piecesOfAnyLengthGiveTheDigestOfTheWhole() {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<10_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        let whole = SHA256.hash(bytes.span)
        for _ in 0..<200 {
            var hash = SHA256()
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...300, using: &random))
                hash.update(bytes.span.extracting(start..<end))
                start = end
            }
            #expect(hash.finalize() == whole)
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String(format: "%02x", $0) }.joined()
    }
}
