// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import ObjectStorage
import Synchronization
import Testing

@Suite struct LocalStoreFaultTests {
    private static let changes: Set<FileOperation> = [
        .open, .close, .write, .sync, .rename, .makeFolder, .lock, .status,
    ]

    struct Failure: Sendable, CustomTestStringConvertible {
        let operation: FileOperation
        let code: Int32
        let error: ObjectStoreError

        var testDescription: String { "\(operation.rawValue) \(code)" }
    }

    @Test(
        "S17 S18 S20: every failing call is typed and leaves no partial object",
        arguments: [
            Failure(operation: .write, code: ENOSPC, error: .outOfSpace),
            Failure(operation: .write, code: EDQUOT, error: .outOfSpace),
            Failure(operation: .write, code: EIO, error: .system(operation: .write, code: EIO)),
            Failure(operation: .sync, code: EIO, error: .system(operation: .sync, code: EIO)),
            Failure(operation: .sync, code: ENOSPC, error: .outOfSpace),
            Failure(operation: .rename, code: EIO, error: .system(operation: .rename, code: EIO)),
            Failure(operation: .rename, code: EACCES, error: .permissionDenied),
            Failure(operation: .open, code: EMFILE, error: .tooManyOpenFiles),
            Failure(operation: .open, code: EACCES, error: .permissionDenied),
            Failure(operation: .open, code: EROFS, error: .permissionDenied),
            Failure(operation: .makeFolder, code: ENOSPC, error: .outOfSpace),
        ]
    )
    func everyFailingCallIsTypedAndLeavesNoPartialObject(failure: Failure) throws {
        let old = pattern(700_000, seed: 1)
        let new = pattern(800_000, seed: 2)
        var index = 0
        while true {
            let root = try TemporaryRoot()
            try root.store().write("loan/model", old)
            let faulty = FaultyFileSystem(
                .failing(code: failure.code),
                at: index,
                of: [failure.operation]
            )
            let store = try LocalStore(root: root.path, fileSystem: faulty)
            var thrown: ObjectStoreError?
            do throws(ObjectStoreError) {
                try store.put(ObjectKey("loan/model"), new, deadline: soon())
            } catch {
                thrown = error
            }
            guard faulty.hasFired else { break }
            #expect(thrown == failure.error)
            let left = try root.store().bytes("loan/model")
            #expect(left == old || left == new)
            #expect(root.files() == ["loan/model"])
            index += 1
        }
        #expect(index > 0)
    }

    @Test("S18: a failing close is reported") func aFailingCloseIsReported() throws {
        let root = try TemporaryRoot()
        var reported = 0
        for index in 0..<20 {
            let faulty = FaultyFileSystem(.failing(code: EIO), at: index, of: [.close])
            let store = try LocalStore(root: root.path, fileSystem: faulty)
            do throws(ObjectStoreError) {
                try store.put(ObjectKey("a"), [1], deadline: soon())
            } catch {
                #expect(error == .system(operation: .close, code: EIO))
                reported += 1
            }
        }
        #expect(reported == 1)
    }

    @Test("S19: death at every call leaves the old or the new object")
    func deathAtEveryCallLeavesTheOldOrTheNewObject() throws {
        let old = pattern(700_000, seed: 1)
        let new = pattern(800_000, seed: 2)
        var index = 0
        var leftovers = 0
        while true {
            let root = try TemporaryRoot()
            try root.store().write("loan/model", old)
            let dying = FaultyFileSystem(.killing, at: index, of: Self.changes)
            do {
                let store = try LocalStore(root: root.path, fileSystem: dying)
                _ = try? store.write("loan/model", new)
            }
            guard dying.hasFired else { break }
            let left = try root.store().bytes("loan/model")
            #expect(left == old || left == new)
            leftovers += root.files().count - 1
            try root.store().sweepTemporaries()
            #expect(root.files() == ["loan/model"])
            index += 1
        }
        #expect(index > 10)
        #expect(leftovers > 0, "no death left a temporary file: the test does not reach them")
    }

    @Test func aLivingWriterKeepsItsTemporaryFile() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let other = try root.store()
        try store.put(ObjectKey("a"), deadline: soon()) { write throws(ObjectStoreError) in
            try write([1, 2, 3].span)
            try other.sweepTemporaries()
            _ = try other.put(ObjectKey("b"), [4], deadline: soon())
        }
        #expect(try store.bytes("a") == [1, 2, 3])
    }

    @Test("S22: readers of a thousand rewrites see whole objects")
    func readersOfAThousandRewritesSeeWholeObjects() throws {
        let root = try TemporaryRoot()
        let store = try root.store()
        let body: @Sendable (Int) -> [UInt8] = {
            Array(repeating: UInt8($0 & 255), count: 70_000 + $0)
        }
        try store.write("a", body(0))
        let isDone = Atomic(false)
        let reads = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 3) { worker in
            if worker == 0 {
                for index in 1...1_000 { _ = try? store.write("a", body(index)) }
                isDone.store(true, ordering: .releasing)
                return
            }
            while !isDone.load(ordering: .acquiring) {
                guard let bytes = try? store.bytes("a") else {
                    Issue.record("a reader failed")
                    return
                }
                if bytes != body(bytes.count - 70_000) { Issue.record("a mixed object") }
                reads.add(1, ordering: .relaxed)
            }
        }
        #expect(reads.load(ordering: .relaxed) > 100)
        #expect(try store.bytes("a") == body(1_000))
    }

    @Test("S13: of racing conditional writers exactly one wins each round")
    func ofRacingConditionalWritersExactlyOneWinsEachRound() throws {
        let root = try TemporaryRoot()
        let path = root.path
        for _ in 0..<20 {
            let store = try root.store()
            let tag = try store.write("manifest", [0]).etag
            let wins = Atomic(0)
            let losses = Atomic(0)
            DispatchQueue.concurrentPerform(iterations: 6) { worker in
                do throws(ObjectStoreError) {
                    try LocalStore(root: path).put(
                        ObjectKey("manifest"),
                        [UInt8(worker)],
                        .ifMatch(tag),
                        deadline: soon()
                    )
                    wins.add(1, ordering: .relaxed)
                } catch {
                    if error == .preconditionFailed { losses.add(1, ordering: .relaxed) }
                }
            }
            #expect(wins.load(ordering: .relaxed) == 1)
            #expect(losses.load(ordering: .relaxed) == 5)
        }
    }
}
