// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

/// A generation counts once the swap has named it: what fails before leaves nothing that counts,
/// and what fails after is a warning.
@Suite struct ArtifactCommitTests {
    private func generation(_ number: Int) -> Generation {
        Generation(secondsSince1970: 1_800_000_000 + number, random: 7)
    }

    private func risk() throws -> NamedArtifact { try .model("risk", in: "models") }

    private func generations(_ store: any ObjectStore) throws -> [Generation] {
        try ArtifactHistory(risk().location, in: store).generations(deadline: soon())
    }

    /// A store with generations 1 to 3, two of them kept.
    private func stored() throws -> MemoryStore {
        let store = MemoryStore()
        for number in 1...3 {
            #expect(try risk().write(generation(number), in: store).warnings == [])
        }
        return store
    }

    /// What the failure of one call does; nil once there is no such call.
    private func fails(_ fate: MemoryStore.Fate, at index: Int, mayDelete: Bool) throws -> Bool? {
        let store = try stored()
        store.judge { call, _, number in
            if call == .delete, !mayDelete { return .fails(.permissionDenied) }
            return number == index ? fate : .works
        }
        let risk = try risk()
        var commit: ArtifactCommit?
        do throws(ObjectStoreError) {
            commit = try risk.write(generation(4), in: store)
        } catch {
            commit = nil
        }
        let isReached = store.callCount > index
        store.judge(nil)
        let isNew = try risk.current(in: store) == generation(4)
        #expect((commit != nil) == isNew, "call \(index)")
        #expect(try generations(store).contains(generation(4)) == isNew, "call \(index)")
        let whole = try risk.whole(in: store)
        #expect(whole.contains(generation(isNew ? 4 : 3)), "call \(index)")
        #expect(try whole == generations(store), "call \(index)")
        // The next writer is not hindered, and repairs the history.
        _ = try risk.write(generation(5), in: store, keeping: 9)
        let expected = isNew ? [3, 4, 5] : [2, 3, 5]
        #expect(
            try generations(store).suffix(3) == expected.map(generation)[...],
            "call \(index)"
        )
        return isReached ? isNew && commit?.warnings != [] : nil
    }

    @Test(
        "a commit fails before its swap, or succeeds with warnings",
        arguments: [true, false],
        [ObjectStoreError.refused(status: 501, code: "NotImplemented"), .permissionDenied]
    )
    func aCommitFailsBeforeItsSwapOrSucceedsWithWarnings(
        mayDelete: Bool,
        error: ObjectStoreError
    ) throws {
        var (calls, warned) = (0, 0)
        while let isWarned = try fails(.fails(error), at: calls, mayDelete: mayDelete) {
            calls += 1
            warned += isWarned ? 1 : 0
        }
        #expect(calls > 30)
        #expect(warned > 10)
    }

    @Test("a swap whose answer is lost is a success")
    func aSwapWhoseAnswerIsLostIsASuccess() throws {
        let store = try stored()
        let current = try risk().location.manifest().name
        let lost = ObjectStoreError.unavailable(.interrupted, retryAfter: nil)
        store.judge { call, key, _ in
            call == .put && key == current ? .isLost(lost) : .works
        }
        let commit = try risk().write(generation(4), in: store)
        #expect(commit.warnings == [.notConfirmed(generation(4), lost)])
        store.judge { call, key, _ in
            call == .put && key == current ? .isLost(lost) : .works
        }
        let history = try ArtifactHistory(risk().location, in: store)
        let warnings = try history.rollback(to: generation(3), deadline: soon())
        #expect(warnings == [.notConfirmed(generation(3), lost)])
        #expect(try risk().current(in: store) == generation(3))
    }

    @Test(
        "objects stay where a manifest that was given up may yet name them",
        arguments: [
            ObjectStoreError.unavailable(.firstByte, retryAfter: nil), .deadlineExceeded,
            .malformedAnswer,
        ]
    )
    func objectsStayWhereAManifestMayYetNameThem(error: ObjectStoreError) throws {
        let store = try stored()
        let current = try risk().location.manifest().name
        store.judge { call, key, _ in
            call == .put && key == current ? .isLate(error) : .works
        }
        #expect(throws: error) { try risk().write(generation(4), in: store) }
        #expect(try risk().current(in: store) == generation(3))
        store.judge(nil)
        store.arrive()
        #expect(try risk().current(in: store) == generation(4))
        #expect(try risk().isWhole(generation(4), in: store))
    }

    @Test("what a refused writer has written is removed")
    func whatARefusedWriterHasWrittenIsRemoved() throws {
        let store = try stored()
        let current = try risk().location.manifest().name
        store.judge { call, key, _ in
            call == .put && key == current ? .fails(.permissionDenied) : .works
        }
        #expect(throws: ObjectStoreError.permissionDenied) {
            try risk().write(generation(4), in: store)
        }
        #expect(!store.objects.keys.contains { $0.contains(generation(4).name) })
    }

    @Test("a refused writer that may not delete is no generation")
    func aRefusedWriterThatMayNotDeleteIsNoGeneration() throws {
        let store = try stored()
        store.judge { call, _, _ in call == .delete ? .fails(.permissionDenied) : .works }
        var slow = try ArtifactWriter(
            risk().location,
            generation: generation(8),
            in: store,
            deadline: soon()
        )
        try slow.write("risk", from: ObjectSource([1]), deadline: soon())
        try risk().write(generation(4), in: store)
        var thrown: ObjectStoreError?
        do throws(ObjectStoreError) {
            _ = try slow.commit(deadline: soon())
        } catch {
            thrown = error
        }
        #expect(thrown == .preconditionFailed)
        #expect(store.objects.keys.contains { $0.contains(generation(8).name) })
        #expect(try !generations(store).contains(generation(8)))
        let history = try ArtifactHistory(risk().location, in: store)
        #expect(throws: ObjectStoreError.notFound) {
            _ = try history.rollback(to: generation(8), deadline: soon())
        }
        #expect(try risk().current(in: store) == generation(4))
    }

    @Test("a folder in the place of a copy is a warning")
    func aFolderInThePlaceOfACopyIsAWarning() throws {
        let root = try TemporaryRoot()
        try FileManager.default.createDirectory(
            atPath: root.path + "/models/risk.json",
            withIntermediateDirectories: true
        )
        let commit = try risk().write(generation(1), in: root.store())
        #expect(commit.warnings == [.notCopied(name: "risk.json", .notRegularFile)])
        #expect(try risk().isWhole(generation(1), in: root.store()))
        let sentence = try #require(commit.warnings.first).description
        #expect(sentence.contains("risk.json"))
        #expect(sentence.contains("is stored and in use"))
    }

    @Test("a rollback fails before its swap, or succeeds with warnings")
    func aRollbackFailsBeforeItsSwapOrSucceedsWithWarnings() throws {
        var index = 0
        while true {
            let store = try stored()
            store.judge { [index] _, _, number in
                number == index ? .fails(.refused(status: 501, code: "")) : .works
            }
            let history = try ArtifactHistory(risk().location, in: store)
            let warnings = try? history.rollback(to: generation(2), deadline: soon())
            let isReached = store.callCount > index
            store.judge(nil)
            let current = try risk().current(in: store)
            #expect(current == generation(warnings == nil ? 3 : 2), "call \(index)")
            #expect(try risk().whole(in: store) == [generation(2), generation(3)])
            if !isReached { break }
            index += 1
        }
        #expect(index > 15)
    }
}
