// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import TestSupport
import Testing

/// `data` and `train`, killed at every system call that changes a file, and with each of these
/// calls failing: whoever reads finds the old generation whole, or the new one.
@Suite(.enabled(if: tracer != nil, "strace is not installed"))
struct InterruptedWritesTests {
    /// What happens at a chosen call.
    enum Fault: String, CaseIterable, CustomStringConvertible {
        case killedAtWrite = "write:signal=KILL"
        case killedAtSync = "fsync:signal=KILL"
        case killedAtRename = "renameat:signal=KILL"
        case noSpaceAtWrite = "write:error=ENOSPC"
        case errorAtSync = "fsync:error=EIO"
        case errorAtRename = "renameat:error=EIO"

        var description: String { rawValue }
        fileprivate var call: String { String(rawValue.prefix { $0 != ":" }) }
    }

    /// Data, a model, and applications, as they are before each run.
    private let before: TemporaryFolder
    private static let artifacts = [("data", "data"), ("models", "m")]

    init() throws {
        before = try TemporaryFolder()
        for step in [
            ["sample-data", "--rows", "300", "--output", before.path("applications.csv")],
            Self.data(before, seed: 1), Self.train(before, rounds: 1),
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
    }

    private static func data(_ folder: TemporaryFolder, seed: Int) -> [String] {
        [
            "data", "--local-path", folder.path("applications.csv"), "--target-path",
            folder.path("data"), "--size", "300", "--seed", "\(seed)",
        ]
    }

    private static func train(_ folder: TemporaryFolder, rounds: Int) -> [String] {
        [
            "train", "--local-data-path", folder.path("data"), "--local-model-path",
            folder.path("models"), "--model-name", "m", "--rounds", "\(rounds)", "--max-depth",
            "2", "--threads", "1",
        ]
    }

    @Test(
        "S17 S18 S19: an interrupted data step leaves the old or the new generation",
        arguments: Fault.allCases
    )
    func dataLeavesTheOldOrTheNewGeneration(fault: Fault) throws {
        try interrupt(fault, artifact: 0) { Self.data($0, seed: 2) }
    }

    @Test(
        "S17 S18 S19: an interrupted training leaves the old or the new generation",
        arguments: Fault.allCases
    )
    func trainLeavesTheOldOrTheNewGeneration(fault: Fault) throws {
        try interrupt(fault, artifact: 1) { Self.train($0, rounds: 2) }
    }

    /// Runs the command with a fault at its first call, its second, and so on, until a run has no
    /// such call any more.
    private func interrupt(
        _ fault: Fault,
        artifact index: Int,
        _ command: (TemporaryFolder) -> [String]
    ) throws {
        let (folderName, name) = Self.artifacts[index]
        let old = try generation(before, folderName, name)
        var number = 1
        while number < 400 {
            let folder = try copy()
            let outcome = try run(command(folder), fault, at: number)
            guard outcome.hasFired else {
                #expect(outcome.status == 0)
                #expect(try generation(folder, folderName, name) != old)
                break
            }
            let found = try generation(folder, folderName, name)
            if !outcome.isDead, outcome.status == 0 {
                #expect(found != old, "call \(number) failed, and success was reported")
            }
            // The next run finishes the work and clears what the dead one left.
            if number.isMultiple(of: 4) {
                let again = try Program.run(command(folder))
                #expect(again.status == 0, "call \(number): \(again.errors)")
                #expect(try generation(folder, folderName, name) != found)
                #expect(try temporaries(folder).isEmpty)
            } else if !outcome.isDead {
                #expect(try temporaries(folder).isEmpty, "call \(number)")
            }
            number += 1
        }
        #expect((4..<400).contains(number), "\(number) calls")
    }

    private func copy() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for name in ["applications.csv", "data", "models"] {
            try FileManager.default.copyItem(atPath: before.path(name), toPath: folder.path(name))
        }
        return folder
    }

    private func run(
        _ command: [String],
        _ fault: Fault,
        at number: Int
    ) throws -> (status: Int32, isDead: Bool, hasFired: Bool) {
        let folder = try TemporaryFolder()
        // ThreadSanitizer writes once itself before the program begins, and dies of a fault in
        // that.
        let others = Program.sanitizer == "thread" && fault.call == "write" ? 1 : 0
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(tracer))
        process.arguments =
            [
                "-f", "-qq", "-o", folder.path("trace"), "-e",
                "trace=\(fault.call)", "-e",
                "inject=\(fault.rawValue):when=\(others + number)",
                Program.path,
            ] + command
        process.environment = Program.environment(adding: [:])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let trace = try String(contentsOfFile: folder.path("trace"), encoding: .utf8)
        let hasFired = trace.contains("INJECTED") || trace.contains("killed by SIGKILL")
        return (
            process.terminationStatus, process.terminationReason == .uncaughtSignal, hasFired
        )
    }

    /// The current generation of an artifact, after all of it was read and verified.
    private func generation(
        _ folder: TemporaryFolder,
        _ name: String,
        _ artifact: String
    ) throws -> Generation {
        let store = try LocalStore(root: folder.url.path)
        let deadline = ContinuousClock.now + .seconds(60)
        let reader = try ArtifactReader(
            artifact == "data"
                ? ArtifactLocation(
                    folder: name,
                    kind: .prepared,
                    name: "data",
                    main: "preprocessor.sav"
                ) : ArtifactLocation(folder: name, name: artifact),
            in: store,
            deadline: deadline
        )
        for entry in reader.manifest.entries {
            _ = try reader.bytes(entry.name, bytesMax: 1 << 26, deadline: deadline)
        }
        return reader.manifest.generation
    }

    private func temporaries(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
            .filter { $0.contains(".loan-tmp-") }
    }
}

/// The program that injects the faults.
private let tracer = ["/usr/bin/strace"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}
