// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

/// The first layout is read until a writer moves on, and tidied by what its manifests list.
@Suite struct LegacyLayoutTests {
    private let store = MemoryStore()

    private func generation(_ number: Int) -> Generation {
        Generation(secondsSince1970: 1_800_000_000 + number, random: 7)
    }

    private func risk() throws -> NamedArtifact { try .model("risk", in: "models") }
    private func data() throws -> NamedArtifact { try .prepared(in: "models") }

    private func generations(_ artifact: NamedArtifact) throws -> [Generation] {
        try ArtifactHistory(artifact.location, in: store).generations(deadline: soon())
    }

    @Test func generationsOfBothLayoutsAreListedAndRead() throws {
        for artifact in [try risk(), try data()] {
            for number in 1...2 { try artifact.writeLegacy(generation(number), in: store) }
            #expect(try artifact.whole(in: store) == [generation(1), generation(2)])
            #expect(try artifact.current(in: store) == generation(2))
            #expect(try artifact.write(generation(3), in: store, keeping: 3).warnings == [])
            #expect(try artifact.whole(in: store) == (1...3).map(generation))
            #expect(try artifact.current(in: store) == generation(3))
        }
    }

    @Test func aRollbackBringsAGenerationOver() throws {
        for number in 1...2 { try risk().writeLegacy(generation(number), in: store) }
        let history = try ArtifactHistory(risk().location, in: store)
        #expect(try history.rollback(to: generation(1), deadline: soon()) == [])
        #expect(try risk().current(in: store) == generation(1))
        #expect(try store.bytes("models/risk") == risk().body(generation(1), "risk"))
        // It does not need its old objects any more.
        for key in store.objects.keys where key.hasSuffix(".\(generation(1))") {
            try store.delete(ObjectKey(key), deadline: soon())
        }
        #expect(try risk().whole(in: store) == [generation(1), generation(2)])
    }

    @Test func whatIsNoLongerKeptIsRemovedByWhatItsManifestLists() throws {
        for number in 1...2 { try risk().writeLegacy(generation(number), in: store) }
        // Another model's, though its name is that of an old object.
        let other = "models/risk.json.\(generation(1))"
        try store.write(other, [1, 2, 3])
        for number in 3...4 { try risk().write(generation(number), in: store, keeping: 2) }
        #expect(try risk().whole(in: store) == [generation(3), generation(4)])
        let left = store.objects.keys.filter { !$0.contains("/.loan-default/") }.sorted()
        #expect(left == ["models/risk", "models/risk.json", other, "models/risk.preprocessor.sav"])
    }

    @Test("a writer reads the manifests only that could be newer than the current one")
    func aWriterReadsOnlyWhatCouldBeTheNewest() throws {
        for number in 1...3 { try risk().writeLegacy(generation(number), in: store) }
        // Someone else's, though its name is that of a generation.
        try store.write("models/risk.manifest.\(generation(10))", pattern(100))
        let older = Set((1...2).map { "models/risk.manifest.\(generation($0))" })
        store.judge { call, key, _ in
            call == .get && older.contains(key) ? .fails(.permissionDenied) : .works
        }
        let writer = try ArtifactWriter(risk().location, now: 0, in: store, deadline: soon())
        let next = writer.generation
        #expect(generation(3) < next && next < generation(10))
        writer.abort(deadline: soon())
        // What is damaged counts as well.
        try store.write("models/risk.manifest.\(generation(6))", damaged(generation(3)))
        let other = try ArtifactWriter(risk().location, now: 0, in: store, deadline: soon())
        #expect(generation(6) < other.generation)
        other.abort(deadline: soon())
    }

    /// A manifest whose text is another one than was written.
    private func damaged(_ generation: Generation) throws -> [UInt8] {
        var text = try store.bytes("models/risk.manifest.\(generation)")
        text[text.count / 2] ^= 1
        return text
    }

    @Test("an object that is no manifest of the artifact is none")
    func anObjectThatIsNoManifestOfTheArtifactIsNone() throws {
        try store.write("models/risk.manifest", pattern(100))
        #expect(try risk().current(in: store) == nil)
        try store.write("models/risk.manifest", pattern(3 << 20))
        #expect(try risk().current(in: store) == nil)
        // Prepared data and a model called as it are distinguished by what their manifests list.
        try data().writeLegacy(generation(1), in: store)
        let model = try NamedArtifact.model("data", in: "models")
        #expect(try model.current(in: store) == nil)
        #expect(try generations(model) == [])
        #expect(try data().current(in: store) == generation(1))
    }

    @Test("S09: a damaged manifest is corrupted, not absent")
    func aDamagedManifestIsCorrupted() throws {
        try risk().writeLegacy(generation(1), in: store)
        var text = try store.bytes("models/risk.manifest")
        text[text.count / 2] ^= 1
        try store.write("models/risk.manifest", text)
        #expect(throws: ObjectStoreError.corrupted(.manifest)) { try risk().current(in: store) }
    }
}
