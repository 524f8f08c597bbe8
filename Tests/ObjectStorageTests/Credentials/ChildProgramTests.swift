// SPDX-License-Identifier: Apache-2.0

import Foundation
import ObjectStorage
import Testing

@Suite struct ChildProgramTests {
    private func run(_ script: String, timeMax: Duration = .seconds(30)) throws -> String {
        let output = try ChildProgram(timeMax: timeMax).output(
            of: ["sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin", "LOAN": "a b"]
        )
        return String(decoding: output, as: UTF8.self)
    }

    @Test func givesArgumentsAndVariablesAndNothingElse() throws {
        #expect(try run("echo $LOAN; exec 2>&1; echo error") == "a b\nerror\n")
        #expect(try run("echo error >&2") == "")
        #expect(try run("cat") == "", "there is nothing to read")
        let words = ["printf", "%s|", "a b", "", "ü'\""]
        let output = try ChildProgram().output(of: words, environment: [:])
        #expect(String(decoding: output, as: UTF8.self) == "a b||ü'\"|")
    }

    @Test func theProgramGetsNoDescriptorOfThisProcess() throws {
        // The path is a literal.
        let file = unsafe open("/dev/null", O_RDONLY)
        defer { close(file) }
        #expect(file > 2)
        let names = try run("ls /proc/self/fd").split(separator: "\n").compactMap { Int($0) }
        // The fourth is that of `ls` itself, on the folder.
        #expect(names == [0, 1, 2, 3])
    }

    @Test func theProgramIsEndedBySignalsThatThisProcessIgnores() throws {
        // It stays ignored, as libcurl's users need it: others may be writing to sockets.
        signal(SIGPIPE, SIG_IGN)
        #expect(throws: ProgramFailure.status(141)) { try run("kill -PIPE $$; echo still") }
    }

    @Test(
        "a program that does not end in time is ended, with what it started",
        arguments: ["sleep 60 & echo $!; wait", "sleep 60 & echo $!; exec >&-; wait"]
    )
    func aProgramThatDoesNotEndIsEnded(script: String) throws {
        let root = try TemporaryRoot()
        let file = "\(root.path)/child"
        let clock = ContinuousClock()
        let elapsed = clock.measure {
            #expect(throws: ProgramFailure.timedOut) {
                try run("exec 3>\(file); echo >/dev/null; (\(script)) >&3", timeMax: .seconds(10))
            }
        }
        #expect(elapsed < .seconds(50))
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let child = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        // It is gone once it is nobody's child any more, or a zombie that waits for its parent.
        var isGone = false
        for _ in 0..<200 where !isGone {
            let status = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            isGone = status.map { $0.contains(") Z ") } ?? true
            if !isGone { usleep(50_000) }
        }
        #expect(isGone)
    }

    @Test(
        "command lines are split as Python's shlex does",
        arguments: [
            ("a b", ["a", "b"]), ("  a\t'b c'\n", ["a", "b c"]), (#"a"b c"d"#, ["ab cd"]),
            (#"a\ b \"c\\"#, ["a b", #""c\"#]), (#""a\"b\\c\d" 'e\f'"#, [#"a"b\c\d"#, #"e\f"#]),
            ("'' \"\"", ["", ""]), ("", []), ("a # b", ["a", "#", "b"]), ("a'", nil), (#"a\"#, nil),
            (#""a\"#, nil),
        ] as [(String, [String]?)]
    )
    func commandLinesAreSplitAsPythonDoes(text: String, words: [String]?) {
        #expect(ShellWords.split(text) == words)
    }
}
