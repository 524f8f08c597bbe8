// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

/// What lies under plain names is replaced only where it is known as a copy, and what differs is
/// found.
@Suite struct PlainCopiesTests {
    private let store = MemoryStore()

    private func generation(_ number: Int) -> Generation {
        Generation(secondsSince1970: 1_800_000_000 + number, random: 7)
    }

    private func risk() throws -> NamedArtifact { try .model("risk", in: "models") }

    private func copies() throws -> PlainCopies { try PlainCopies(risk().location, in: store) }

    private func foreign() throws -> [String] {
        try copies().foreign(among: risk().objects, deadline: soon())
    }

    private func differing() throws -> [String] {
        let reader = try ArtifactReader(risk().location, in: store, deadline: soon())
        return try copies().differing(
            from: reader.manifest,
            among: risk().objects,
            deadline: soon()
        )
    }

    @Test func aFileOfAnotherToolIsLeftAsItIs() throws {
        try store.write("models/risk.json", [1, 2, 3])
        #expect(try foreign() == ["risk.json"])
        #expect(try risk().write(generation(1), in: store).warnings == [.taken(name: "risk.json")])
        #expect(try store.bytes("models/risk.json") == [1, 2, 3])
        #expect(try store.bytes("models/risk") == risk().body(generation(1), "risk"))
        #expect(try differing() == ["risk.json"])
    }

    @Test("a copy that was changed in place is found, and is not overwritten")
    func aCopyThatWasChangedInPlaceIsFound() throws {
        try risk().write(generation(1), in: store)
        #expect(try foreign() == [])
        #expect(try differing() == [])
        // Of the same length, so that only its tag and content differ.
        let changed = try risk().body(generation(2), "risk")
        try store.write("models/risk", changed)
        #expect(try foreign() == ["risk"])
        #expect(try differing() == ["risk"])
        #expect(try risk().write(generation(3), in: store).warnings == [.taken(name: "risk")])
        #expect(try store.bytes("models/risk") == changed)
    }

    @Test("a copy that was restored from a backup is still one")
    func aCopyThatWasRestoredFromABackupIsStillOne() throws {
        try risk().write(generation(1), in: store)
        try store.write("models/risk", risk().body(generation(1), "risk"))
        #expect(try foreign() == [])
        #expect(try differing() == [])
        try risk().write(generation(2), in: store)
        try store.write("models/risk", risk().body(generation(1), "risk"))
        #expect(try foreign() == [])
        #expect(try differing() == ["risk"])
        #expect(try risk().write(generation(3), in: store).warnings == [])
        #expect(try store.bytes("models/risk") == risk().body(generation(3), "risk"))
    }

    @Test func aCopyThatWasRemovedIsMadeAgain() throws {
        try risk().write(generation(1), in: store)
        try store.delete(ObjectKey("models/risk.json"), deadline: soon())
        #expect(try differing() == [])
        #expect(try risk().write(generation(2), in: store).warnings == [])
        #expect(try store.bytes("models/risk.json") == risk().body(generation(2), "risk.json"))
    }

    @Test("the main object of another model is no copy, though none lies there")
    func theMainObjectOfAnotherModelIsNoCopy() throws {
        let other = try NamedArtifact.model("risk.json", in: "models")
        try other.write(generation(1), in: store)
        try store.delete(ObjectKey("models/risk.json"), deadline: soon())
        #expect(try risk().write(generation(2), in: store).warnings == [.taken(name: "risk.json")])
        #expect(try differing() == [])
    }

    @Test func withoutTheRecordACopyIsKnownByItsContent() throws {
        try risk().write(generation(1), in: store)
        for key in store.objects.keys where key.hasSuffix("/published") {
            try store.delete(ObjectKey(key), deadline: soon())
        }
        #expect(try foreign() == [])
        #expect(try differing() == [])
        #expect(try risk().write(generation(2), in: store).warnings == [])
    }

    @Test("S09: a damaged generation is not made current")
    func aDamagedGenerationIsNotMadeCurrent() throws {
        try risk().write(generation(1), in: store)
        try risk().write(generation(2), in: store)
        let key = try risk().location.object("risk", generation(1)).name
        var damaged = try store.bytes(key)
        damaged[3] ^= 1
        try store.write(key, damaged)
        let history = try ArtifactHistory(risk().location, in: store)
        #expect(throws: ObjectStoreError.corrupted(.checksum)) {
            _ = try history.rollback(to: generation(1), deadline: soon())
        }
        #expect(try risk().current(in: store) == generation(2))
        #expect(try store.bytes("models/risk") == risk().body(generation(2), "risk"))
    }
}
