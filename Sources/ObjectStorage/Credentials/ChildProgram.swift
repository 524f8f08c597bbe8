// SPDX-License-Identifier: Apache-2.0

import CSpawn
import Glibc

/// Runs a program to its end on the calling thread and takes what it writes.
///
/// The program reads nothing, its errors are dropped, and it gets no descriptor of this process.
/// It leads a group of its own, so that what it started ends with it.
package struct ChildProgram: Sendable {
    /// The longest output that is taken, in bytes.
    package static let bytesMax = 64 * 1_024
    /// How often the end is looked for once the output has ended, in milliseconds.
    private static let pauseMilliseconds: Int32 = 5

    private let timeMax: Duration

    /// - Parameter timeMax: how long the program may take.
    package init(timeMax: Duration = .seconds(10)) {
        self.timeMax = timeMax
    }

    /// What the program writes.
    /// - Parameters:
    ///   - words: the program, looked for in `PATH`, and its arguments; without NUL.
    ///   - environment: its variables.
    package func output(
        of words: [String],
        environment: [String: String]
    ) throws(ProgramFailure) -> [UInt8] {
        let deadline = ContinuousClock.now + timeMax
        var ends: [Int32] = [-1, -1]
        // The array has room for the two descriptors that are written.
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw .notStarted(errno) }
        defer { close(ends[0]) }
        let child: pid_t
        do throws(ProgramFailure) {
            child = try Self.start(words, environment, output: ends[1])
            close(ends[1])
        } catch {
            close(ends[1])
            throw error
        }
        do throws(ProgramFailure) {
            let bytes = try Self.read(ends[0], deadline)
            let status = try Self.wait(for: child, deadline)
            if status != 0 { throw .status(status) }
            return bytes
        } catch {
            Self.end(child)
            throw error
        }
    }

    private static func start(
        _ words: [String],
        _ environment: [String: String],
        output: Int32
    ) throws(ProgramFailure) -> pid_t {
        // Both values live to the end of this function, and are freed there.
        var actions = unsafe posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawnattr_init(&attributes)
        defer {
            unsafe posix_spawn_file_actions_destroy(&actions)
            unsafe posix_spawnattr_destroy(&attributes)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        // This process ignores SIGPIPE, and its threads may block signals: a program expects
        // neither.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigaddset(&signals, SIGPIPE)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        var child: pid_t = 0
        // The copies are freed once the program has its own.
        let arguments = CStrings(words)
        let variables = CStrings(environment.map { "\($0.key)=\($0.value)" })
        let code = unsafe posix_spawnp(
            &child,
            words[0],
            &actions,
            &attributes,
            arguments.pointers,
            variables.pointers
        )
        withExtendedLifetime((arguments, variables)) {}
        guard code == 0 else { throw .notStarted(code) }
        return child
    }

    private static func read(
        _ file: Int32,
        _ deadline: ContinuousClock.Instant
    ) throws(ProgramFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            var entry = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
            let milliseconds = (deadline - .now) / .milliseconds(1)
            guard milliseconds > 0 else { throw .timedOut }
            // One descriptor, in a variable of this function.
            guard unsafe poll(&entry, 1, Int32(milliseconds.rounded(.up))) > 0 else { continue }
            // The count is that of the array.
            let count = unsafe Glibc.read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .malformed }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            if bytes.count > bytesMax { throw .tooLong }
        }
    }

    /// The status that the program ends with; 128 and the signal's number if one ended it.
    private static func wait(
        for child: pid_t,
        _ deadline: ContinuousClock.Instant
    ) throws(ProgramFailure) -> Int32 {
        var status: Int32 = 0
        // A variable of this function.
        while unsafe waitpid(child, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else { throw .timedOut }
            poll(nil, 0, pauseMilliseconds)
        }
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }

    /// Ends the program and what it started.
    private static func end(_ child: pid_t) {
        kill(-child, SIGKILL)
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
    }
}

/// Copies of strings as C wants them, with a null pointer at the end.
@safe private final class CStrings {
    /// Owned by this object, each from `strdup`.
    let pointers: [UnsafeMutablePointer<CChar>?]

    init(_ strings: [String]) {
        unsafe pointers = unsafe strings.map { unsafe strdup($0) } + [nil]
    }

    deinit {
        unsafe pointers.forEach { unsafe free($0) }
    }
}
