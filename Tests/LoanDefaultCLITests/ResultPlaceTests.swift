// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// A place that takes no result is found out before the work.
@Suite struct ResultPlaceTests {
    /// Commands that fail at once without their model, matrix or server, each with a file to write.
    private static func commands(_ file: String) -> [[String]] {
        [
            [
                "predict", "--input", "absent.csv", "--local-model-path", "absent", "--model-name",
                "m", "--preprocessor-path", "absent", "--output", file,
            ],
            ["predict", "--model", "absent.json", "--matrix", "absent.npy", "--output", file],
            ["sample-data", "--output", file],
            ["load", "--rpc-port", "1", "--json", file],
            ["load", "--rpc-port", "1", "--sweep", "--rate", "1", "--svg", file],
        ]
    }

    @Test func aFileThatCannotBeWrittenIsNamedBeforeTheWork() throws {
        let folder = try TemporaryFolder()
        let taken = folder.path("results")
        try FileManager.default.createDirectory(
            atPath: taken,
            withIntermediateDirectories: false
        )
        for (file, reason) in [
            (taken, "it is a folder; give the name of a file in it"),
            (folder.path("absent/scores"), "No such file or directory; make the folder"),
            // Nobody may make files there, whoever they are.
            ("/sys/scores", "/sys cannot be written to: "),
        ] {
            for command in Self.commands(file) {
                let outcome = try Program.run(command)
                let expected = "loan-default: cannot write \(file): "
                #expect(outcome.status == 1, "\(command): \(outcome.errors)")
                #expect(outcome.errors.hasPrefix(expected), "\(command): \(outcome.errors)")
                #expect(outcome.errors.contains(reason), "\(command): \(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            }
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.url.path) == ["results"])
    }

    @Test func aFolderOfTemporaryFilesThatIsNotThereIsNamedBeforeTheWork() throws {
        let folder = try TemporaryFolder()
        let absent = folder.path("absent")
        let outcome = try Program.run(
            ["data", "--local-path", "absent.csv", "--target-path", folder.path("data")],
            environment: ["TMPDIR": absent]
        )
        #expect(outcome.status == 1)
        let words = "\(absent) cannot be written to: No such file or directory"
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func aFileOfWorkThatFailsIsNotMadeAndAnOldOneIsLeftAlone() throws {
        let folder = try TemporaryFolder()
        let file = folder.path("scores")
        for before in [[], ["scores"]] {
            if !before.isEmpty { try Data([1]).write(to: URL(fileURLWithPath: file)) }
            for command in Self.commands(file) where command[0] != "sample-data" {
                #expect(try Program.run(command).status == 1)
            }
            let left = try FileManager.default.subpathsOfDirectory(atPath: folder.url.path)
            #expect(left == before)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data([1]))
    }

    @Test func aPipeIsWrittenToAndNotReplaced() throws {
        let folder = try TemporaryFolder()
        let outcome = try Program.run(
            [
                "-ec",
                """
                cd \(folder.url.path)
                mkfifo pipe
                cat pipe > read &
                \(Program.path) sample-data --rows 5 --output pipe
                wait
                test -p pipe
                wc -l < read
                """,
            ],
            program: "/bin/bash"
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("6"), "\(outcome.output)")
    }

    // MARK: Disks

    /// Runs lines of shell with an empty disk of 4 MiB, mounted at `$DISK`.
    private static func nextToADisk(_ script: String) throws -> Program.Outcome {
        let folder = try TemporaryFolder()
        let disk = folder.path("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        let mount = "mount -t tmpfs -o size=4m tmpfs \(disk)"
        return try Program.run(
            ["--map-root-user", "--mount", "/bin/bash", "-c", "\(mount) && {\n\(script)\n}"],
            environment: ["DISK": disk, "PROGRAM": Program.path],
            program: "/usr/bin/unshare"
        )
    }

    private static let canMount = (try? nextToADisk("true").status) == 0

    private static func applications() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for step in [
            ["sample-data", "--rows", "2000", "--output", folder.path("applications.csv")],
            [
                "data", "--local-path", folder.path("applications.csv"), "--target-path",
                folder.path("data"),
            ],
        ] {
            let outcome = try Program.run(step)
            try #require(outcome.status == 0, "\(step): \(outcome.errors)")
        }
        return folder
    }

    @Test(
        "a disk that is too small for the matrices is found out before the table is read",
        .enabled(if: canMount, "this user may not mount a disk")
    )
    func aDiskThatIsTooSmallIsFoundOut() throws {
        let folder = try Self.applications()
        let outcome = try Self.nextToADisk(
            """
            cd \(folder.url.path)
            $PROGRAM data --local-path absent.csv --target-path $DISK/data --size 400000
            echo status $?
            TMPDIR=$DISK $PROGRAM data --local-path absent.csv --target-path more --size 400000
            echo status $?
            $PROGRAM data --local-path applications.csv --target-path $DISK/data --size 60000
            echo status $?
            find $DISK -type f | wc -l
            $PROGRAM sample-data --rows 1000000 --output $DISK/more.csv
            echo status $?
            """
        )
        let lines = outcome.errors.split(separator: "\n").filter { !$0.contains(" %") }
        try #require(lines.count == 4, "\(outcome.errors)")
        for line in lines {
            #expect(line.contains("/disk has 4 MiB free, and at least "), "\(line)")
            #expect(line.contains("make room there"), "\(line)")
        }
        // The third is known by its columns only, which show once the table has been read.
        for (line, needed) in zip(lines, [19, 19, 5, 23]) {
            #expect(line.contains(" \(needed) MiB are needed"), "\(line)")
        }
        let said = outcome.output.split(separator: "\n").map(String.init)
        #expect(said == ["status 1", "status 1", "status 1", "0", "status 1"])
    }

    @Test(
        "a disk that is mounted for reading is found out before the work",
        .enabled(if: canMount, "this user may not mount a disk")
    )
    func aDiskThatIsMountedForReadingIsFoundOut() throws {
        let folder = try Self.applications()
        let outcome = try Self.nextToADisk(
            """
            cd \(folder.url.path)
            mount -o remount,ro $DISK
            $PROGRAM train --local-data-path absent --local-model-path $DISK/models --model-name m
            echo status $?
            $PROGRAM data --local-path absent.csv --target-path $DISK/data
            echo status $?
            TMPDIR=$DISK $PROGRAM data --local-path absent.csv --target-path more
            echo status $?
            $PROGRAM predict --input absent.csv --local-model-path absent --model-name m \\
                --preprocessor-path data --output $DISK/scores.csv
            echo status $?
            """
        )
        let lines = outcome.errors.split(separator: "\n")
        try #require(lines.count == 4, "\(outcome.errors)")
        for line in lines {
            #expect(line.contains("/disk cannot be written to: Read-only file system; "), "\(line)")
        }
        for (line, option) in zip(lines, ["--local-model-path: ", "--target-path: "]) {
            #expect(line.hasPrefix("loan-default: \(option)"), "\(line)")
        }
        let said = outcome.output.split(separator: "\n").map(String.init)
        #expect(said == Array(repeating: "status 1", count: 4))
    }
}
