// SPDX-License-Identifier: Apache-2.0

import ObjectStorage
import Testing

/// Generations sort by the order of their storing, also where writers' clocks differ.
@Suite struct GenerationOrderTests {
    private static let noon = 1_795_435_200.0

    private func risk() throws -> ArtifactLocation {
        try ArtifactLocation(folder: "models", name: "risk")
    }

    /// Stores a generation by a writer whose clock says `now`.
    private func write(_ now: Double, in store: any ObjectStore) throws -> Generation {
        var writer = try ArtifactWriter(risk(), now: now, in: store, deadline: soon())
        let generation = writer.generation
        try writer.write("risk", from: ObjectSource([1]), deadline: soon())
        _ = try writer.commit(generationsKept: 3, deadline: soon())
        return generation
    }

    @Test("a pod whose clock is slow stores the newest generation all the same")
    func aPodWhoseClockIsSlowStoresTheNewestGeneration() throws {
        let store = MemoryStore()
        let history = try ArtifactHistory(risk(), in: store)
        var written: [Generation] = []
        // Two pods in turn: the clock of the second is an hour slow.
        for (index, offset) in [0.0, -3_600, 60, -3_500, -3_400].enumerated() {
            written.append(try write(Self.noon + offset, in: store))
            #expect(written == written.sorted())
            // Retention keeps the ones that were stored last.
            let kept = try history.generations(deadline: soon())
            #expect(kept == written.suffix(min(3, index + 1)))
            let reader = try ArtifactReader(risk(), in: store, deadline: soon())
            #expect(reader.manifest.generation == written.last)
        }
        // A rollback goes to the one that was current before, and a training after it is newer
        // than what was rolled back.
        let kept = try history.generations(deadline: soon())
        _ = try history.rollback(to: kept[1], deadline: soon())
        let next = try write(Self.noon - 9_000, in: store)
        #expect(kept.allSatisfy { $0 < next })
        #expect(try history.generations(deadline: soon()) == [kept[1], kept[2], next])
    }

    @Test(arguments: [
        (0.0, "20261123T120000Z-"), (0.25, "20261123T120000Z-400"), (0.999, "20261123T120000Z-ff"),
    ])
    func aGenerationHasTheTimeOfItsWriter(fraction: Double, prefix: String) {
        let first = Generation(now: Self.noon + fraction, after: nil)
        #expect(first.name.hasPrefix(prefix), "\(first)")
        let earlier = Generation(secondsSince1970: 1_000_000_000, random: .max)
        let next = Generation(now: Self.noon + fraction, after: earlier)
        #expect(next.name.hasPrefix(prefix), "\(next)")
    }

    @Test(arguments: [
        ("20261231T235959Z-ffffffff", "20270101T000000Z-"),
        ("20270228T235959Z-00000000", "20270301T000000Z-"),
        ("20261123T120000Z-ffffffff", "20261123T120001Z-"),
    ])
    func aGenerationAfterALaterOneIsASecondLater(newest: String, prefix: String) throws {
        let newest = try #require(Generation(newest))
        let next = Generation(now: Self.noon, after: newest)
        #expect(next > newest)
        #expect(next.name.hasPrefix(prefix), "\(next)")
    }

    @Test func twoWritingsOfOneSecondKeepTheirOrder() throws {
        let store = MemoryStore()
        let early = try write(Self.noon + 0.1, in: store)
        let late = try write(Self.noon + 0.9, in: store)
        let same = try write(Self.noon + 0.9, in: store)
        #expect(early < late && late < same)
    }

    @Test func aWriterThatBeganBeforeAnotherOneStoredLoses() throws {
        let store = MemoryStore()
        var slow = try ArtifactWriter(risk(), now: Self.noon, in: store, deadline: soon())
        _ = try write(Self.noon - 60, in: store)
        try slow.write("risk", from: ObjectSource([2]), deadline: soon())
        var thrown: ObjectStoreError?
        do throws(ObjectStoreError) {
            _ = try slow.commit(deadline: soon())
        } catch {
            thrown = error
        }
        #expect(thrown == .preconditionFailed)
    }
}
