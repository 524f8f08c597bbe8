// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct ManifestTests {
    private let manifest = Manifest(
        generation: Generation(secondsSince1970: 1_795_481_700, random: 0x1f2e_3d4c),
        entries: [
            .init(name: "Xtrain.npy", size: 31_200_128, sha256: String(repeating: "a1", count: 32)),
            .init(name: "preprocessor.sav", size: 0, sha256: String(repeating: "0b", count: 32)),
        ],
        metadata: ["fingerprint": "5d41 402a", "größe": "a\nb %", "": ""]
    )

    @Test func readsWhatItWrites() throws {
        #expect(manifest.generation.name == "20261124T005500Z-1f2e3d4c")
        #expect(try Manifest(text: manifest.text) == manifest)
    }

    @Test func refusesEveryBitFlip() {
        let text = manifest.text
        for index in text.indices {
            for bit in 0..<8 {
                var flipped = text
                flipped[index] ^= 1 << bit
                #expect(throws: ObjectStoreError.self) { try Manifest(text: flipped) }
            }
        }
    }

    @Test func refusesEveryTruncationAndGarbageAfter() {
        let text = manifest.text
        for count in 0..<text.count {
            #expect(throws: ObjectStoreError.corrupted(.manifest)) {
                try Manifest(text: Array(text[..<count]))
            }
        }
        #expect(throws: ObjectStoreError.corrupted(.manifest)) {
            try Manifest(text: text + [0x0A])
        }
    }

    @Test func sortsGenerationsByTime() throws {
        let early = Generation(secondsSince1970: 1_000_000_000, random: .max)
        let late = Generation(secondsSince1970: 1_000_000_001, random: 0)
        #expect(early < late)
        #expect(Generation(late.name) == late)
        for text in [
            "", "latest", "20010909T014641Z", late.name + "0", "2001/909T014641Z-00000000",
        ] {
            #expect(Generation(text) == nil)
        }
    }

    @Test(arguments: [
        "../m", "a/b", ".hidden", "", "a b", "%2f", "a\u{2215}b",
        String(repeating: "n", count: 161),
    ])
    func refusesNames(name: String) {
        #expect(!Manifest.isName(name))
        #expect(throws: ObjectStoreError.invalidKey(.component)) {
            try ArtifactLocation(folder: "models", name: name)
        }
    }
}
