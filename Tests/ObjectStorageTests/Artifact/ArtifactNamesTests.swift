// SPDX-License-Identifier: Apache-2.0

import Machine
import ObjectStorage
import Testing

/// No name harms another artifact, whatever is called how and done in which order.
@Suite struct ArtifactNamesTests {
    private static let early = Generation(secondsSince1970: 1_700_000_000, random: 1)
    private static let earlier = Generation(secondsSince1970: 1_600_000_000, random: 1)

    /// Names that meet the names which the layouts and the companions of models derive.
    private static let hostileNames = [
        "risk", "Risk", "risk.json", "risk.json.json", "risk.preprocessor.sav", "risk.manifest",
        "risk.manifest.\(early)", "risk.\(early)", "risk.\(earlier)", "risk.json.\(early)",
        "risk.preprocessor.sav.\(earlier)", "data", "data.manifest", "data.manifest.\(early)",
        "Xtrain.npy", "Xtrain.npy.\(early)", "preprocessor.sav", "preprocessor.sav.\(earlier)",
        "applications.csv", "manifest", "manifests", "objects", "published", "models", "prepared",
        "\(early)", "loan-default", String(repeating: "r", count: 128),
    ]

    /// A store as it is before the first step, and whose bytes are whose.
    private struct Scene {
        let store: any ObjectStore
        let artifacts: [NamedArtifact]
        var owners: [[UInt8]: NamedArtifact] = [:]
        let foreign: [String: [UInt8]]
    }

    private func scene(
        _ store: any ObjectStore,
        folder: String,
        names: [String],
        isLegacy: Bool
    ) throws -> Scene {
        let prefix = folder.isEmpty ? "" : folder + "/"
        let foreign = ["\(prefix)applications.csv": Array("person_age\n21\n".utf8)]
        let artifacts =
            [try NamedArtifact.prepared(in: folder)]
            + (try names.map { try NamedArtifact.model($0, in: folder) })
        for (key, bytes) in foreign { try store.write(key, bytes) }
        var scene = Scene(store: store, artifacts: artifacts, foreign: foreign)
        guard isLegacy else { return scene }
        let first = [artifacts[0], try NamedArtifact.model("risk", in: folder)]
        for generation in [Self.earlier, Self.early] {
            for artifact in first {
                try artifact.writeLegacy(generation, in: store)
                for object in artifact.objects {
                    scene.owners[artifact.body(generation, object)] = artifact
                }
                let manifest = "\(prefix)\(artifact.location.name).manifest"
                scene.owners[try store.bytes(manifest)] = artifact
            }
        }
        return scene
    }

    private func snapshot(_ scene: Scene) throws -> [String: [UInt8]] {
        var all: [String: [UInt8]] = [:]
        for object in try scene.store.list(prefix: "", countMax: 10_000, deadline: soon()) {
            all[object.key.name] = try scene.store.bytes(object.key.name)
        }
        return all
    }

    /// One step by one artifact; returns what was done.
    private func step(
        _ actor: NamedArtifact,
        _ generation: Generation,
        _ scene: inout Scene,
        _ random: inout SplitMix64
    ) throws -> String {
        let artifacts = ArtifactHistory(actor.location, in: scene.store)
        if random.below(4) == 0 {
            let all = try artifacts.generations(deadline: soon())
            guard !all.isEmpty else { return "nothing" }
            let target = all[random.below(all.count)]
            _ = try artifacts.rollback(to: target, deadline: soon())
            #expect(try actor.current(in: scene.store) == target)
            return "rollback"
        }
        let taken = try PlainCopies(actor.location, in: scene.store).foreign(
            among: actor.plainNames,
            deadline: soon()
        )
        // A name that is taken is refused by the service; a writer that goes on is safe as well.
        if !taken.isEmpty, random.below(2) == 0 { return "refused" }
        for object in actor.objects { scene.owners[actor.body(generation, object)] = actor }
        let commit = try actor.write(generation, in: scene.store, keeping: 1 + random.below(3))
        #expect(try actor.current(in: scene.store) == generation)
        #expect(try actor.isWhole(generation, in: scene.store))
        for name in taken { #expect(commit.warnings.contains(.taken(name: name))) }
        return "write"
    }

    /// Lets artifacts act in a random order, and compares everything after each step.
    private func run(_ scene: Scene, steps: Int, _ random: inout SplitMix64) throws {
        var scene = scene
        var before = try snapshot(scene)
        var history: [String] = []
        for number in 0..<steps {
            let actor = scene.artifacts[random.below(scene.artifacts.count)]
            let others = scene.artifacts.filter { $0 != actor }
            let whole = try others.map { try $0.whole(in: scene.store) }
            let current = try others.map { try $0.current(in: scene.store) }
            let generation = Generation(secondsSince1970: 1_800_000_000 + number, random: 1)
            history.append("\(actor): \(try step(actor, generation, &scene, &random))")
            #expect(try others.map { try $0.whole(in: scene.store) } == whole, "\(history)")
            #expect(try others.map { try $0.current(in: scene.store) } == current, "\(history)")
            let after = try snapshot(scene)
            for (key, bytes) in before where after[key] != bytes {
                let isOwn = key.hasPrefix(actor.ownPrefix) || scene.owners[bytes] == actor
                #expect(isOwn, "\(key) after \(history)")
            }
            for (key, bytes) in scene.foreign { #expect(after[key] == bytes, "\(history)") }
            before = after
        }
    }

    @Test("whatever two artifacts are called, nothing of the other changes")
    func nothingOfTheOtherChanges() throws {
        var pairs = 0
        var random = SplitMix64(seed: 28)
        for (index, first) in Self.hostileNames.enumerated() {
            for second in Self.hostileNames[(index + 1)...] {
                let scene = try scene(
                    MemoryStore(),
                    folder: pairs % 3 == 0 ? "" : "loan/models",
                    names: [first, second],
                    isLegacy: pairs % 2 == 0
                )
                try run(scene, steps: 12, &random)
                pairs += 1
            }
        }
        #expect(pairs == 378)
    }

    @Test("many artifacts in one folder leave each other alone", arguments: 0..<40)
    func manyArtifactsInOneFolderLeaveEachOtherAlone(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let names = Self.hostileNames.shuffled(using: &random).prefix(6)
        let scene = try scene(
            MemoryStore(),
            folder: "loan",
            names: Array(Set(names + ["risk"])).sorted(),
            isLegacy: seed % 2 == 0
        )
        try run(scene, steps: 40, &random)
    }

    @Test("nothing of the other changes on a disk", arguments: 0..<6)
    func nothingOfTheOtherChangesOnADisk(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let root = try TemporaryRoot()
        let names = Self.hostileNames.shuffled(using: &random).prefix(4)
        let scene = try scene(
            root.store(),
            folder: "loan",
            names: Array(Set(names + ["risk"])).sorted(),
            isLegacy: seed % 2 == 0
        )
        try run(scene, steps: 14, &random)
    }

    @Test(
        "no folder of an artifact lies in a reserved one",
        arguments: [".loan-default", "a/.loan-default/models/risk", ".loan-default/prepared"]
    )
    func noFolderOfAnArtifactLiesInAReservedOne(folder: String) {
        #expect(throws: ObjectStoreError.invalidKey(.reservedFolder)) {
            try ArtifactLocation(folder: folder, name: "risk")
        }
    }

    @Test func aFolderThatLeavesNoRoomForTheKeysIsRefusedBeforeTheWork() throws {
        let longest = try ArtifactLocation(folder: String(repeating: "f", count: 600), name: "risk")
        _ = try longest.object(String(repeating: "o", count: 160), Self.early)
        #expect(throws: ObjectStoreError.invalidKey(.tooLong(bytesMax: 1_024))) {
            try ArtifactLocation(folder: String(repeating: "f", count: 900), name: "risk")
        }
    }
}

extension SplitMix64 {
    fileprivate mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
