// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

@Suite struct ArtifactTests {
    private static let names = ["Xtrain.npy", "ytrain.npy", "preprocessor.sav"]

    private func location() throws -> ArtifactLocation {
        try ArtifactLocation(folder: "loan/data", name: "dataset")
    }

    /// Writes generation `number`, whose objects hold bytes that name it.
    @discardableResult
    private func write(_ number: Int, in store: any ObjectStore) throws -> Manifest {
        let generation = Generation(secondsSince1970: 1_800_000_000 + number, random: 7)
        var writer = try ArtifactWriter(
            location(),
            generation: generation,
            in: store,
            deadline: soon()
        )
        for (index, name) in Self.names.enumerated() {
            try writer.write(
                name,
                from: ObjectSource(body(number, index)),
                deadline: soon()
            )
        }
        let commit = try writer.commit(metadata: ["number": "\(number)"], deadline: soon())
        return commit.manifest
    }

    private func body(_ number: Int, _ index: Int) -> [UInt8] {
        pattern(50_000 + index, seed: UInt64(number * 10 + index + 1))
    }

    private func expectGeneration(_ number: Int, _ reader: ArtifactReader) throws {
        #expect(reader.manifest.metadata["number"] == "\(number)")
        for (index, name) in Self.names.enumerated() {
            let bytes = try reader.bytes(name, bytesMax: 1 << 20, deadline: soon())
            #expect(bytes == body(number, index))
        }
    }

    @Test func readsTheGenerationOfTheManifestWhileTheNextIsWritten() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try write(1, in: store)
        let reader = try ArtifactReader(location(), in: store, deadline: soon())
        try write(2, in: store)
        try expectGeneration(1, reader)
        try expectGeneration(2, ArtifactReader(location(), in: store, deadline: soon()))
        #expect(try store.bytes("loan/data/Xtrain.npy") == body(2, 0))
        let mapped = try reader.map(
            "Xtrain.npy",
            scratch: store,
            as: ObjectKey("scratch"),
            deadline: soon()
        )
        let copy = mapped.withBytes { [UInt8]($0) }
        #expect(copy == body(1, 0))
    }

    @Test func keepsThreeGenerationsAndRollsBack() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        for number in 1...5 { try write(number, in: store) }
        let history = try ArtifactHistory(location(), in: store)
        let generations = try history.generations(deadline: soon())
        #expect(generations.map(\.name.count) == [25, 25, 25])
        // Objects and manifests, the current manifest, the copies and their record.
        #expect(root.files().count == 3 * 4 + 1 + 3 + 1)
        #expect(try history.rollback(to: generations[0], deadline: soon()) == [])
        try expectGeneration(3, ArtifactReader(location(), in: store, deadline: soon()))
        #expect(try store.bytes("loan/data/Xtrain.npy") == body(3, 0))
        let gone = Generation(secondsSince1970: 1_800_000_001, random: 7)
        #expect(throws: ObjectStoreError.notFound) {
            try history.rollback(to: gone, deadline: soon())
        }
    }

    @Test("S13: the slower of two writers loses and leaves nothing")
    func theSlowerOfTwoWritersLosesAndLeavesNothing() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        try write(1, in: store)
        let generation = Generation(secondsSince1970: 1_800_000_009, random: 9)
        var slow = try ArtifactWriter(
            location(),
            generation: generation,
            in: store,
            deadline: soon()
        )
        try slow.write("Xtrain.npy", from: ObjectSource([1]), deadline: soon())
        try write(2, in: store)
        var thrown: ObjectStoreError?
        do throws(ObjectStoreError) {
            _ = try slow.commit(deadline: soon())
        } catch {
            thrown = error
        }
        #expect(thrown == .preconditionFailed)
        #expect(!root.files().contains { $0.contains(generation.name) })
        try expectGeneration(2, ArtifactReader(location(), in: store, deadline: soon()))
    }

    @Test("S09: every damaged object is found") func findsEveryDamagedObject() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let manifest = try write(1, in: store)
        let key = try location().object("ytrain.npy", manifest.generation).name
        let good = try store.bytes(key)
        let reader = try ArtifactReader(location(), in: store, deadline: soon())
        var flipped = good
        flipped[777] ^= 1
        let cases: [([UInt8], ObjectStoreError)] = [
            (flipped, .corrupted(.checksum)),
            (Array(good.dropLast()), .corrupted(.size(expected: 50_001, actual: 50_000))),
            (good + [0], .corrupted(.size(expected: 50_001, actual: 50_002))),
        ]
        for (bytes, error) in cases {
            try store.write(key, bytes)
            #expect(throws: error) {
                try reader.bytes("ytrain.npy", bytesMax: 1 << 20, deadline: soon())
            }
        }
        #expect(throws: ObjectStoreError.notFound) {
            try reader.bytes("other", bytesMax: 1, deadline: soon())
        }
        #expect(throws: ObjectStoreError.tooLarge(bytesMax: 9)) {
            try reader.bytes("ytrain.npy", bytesMax: 9, deadline: soon())
        }
    }

    @Test("S19: death at every call leaves a whole generation")
    func deathAtEveryCallLeavesAWholeGeneration() throws {
        let changes: Set<FileOperation> = [.write, .sync, .rename, .remove, .open]
        var index = 0
        while true {
            let root = try TemporaryRoot()
            try write(1, in: root.store())
            let dying = FaultyFileSystem(.killing, at: index, of: changes)
            do {
                let store = try LocalStore(root: root.path, fileSystem: dying)
                _ = try? write(2, in: store)
            }
            guard dying.hasFired else { break }
            let reader = try ArtifactReader(location(), in: root.store(), deadline: soon())
            let number = Int(reader.manifest.metadata["number"] ?? "") ?? 0
            #expect(number == 1 || number == 2)
            try expectGeneration(number, reader)
            let history = try ArtifactHistory(location(), in: root.store())
            #expect(try history.generations(deadline: soon()).count == number)
            try write(3, in: root.store())
            try expectGeneration(3, ArtifactReader(location(), in: root.store(), deadline: soon()))
            #expect(!root.files().contains { $0.contains(".loan-tmp-") })
            index += 1
        }
        #expect(index > 30)
    }
}
