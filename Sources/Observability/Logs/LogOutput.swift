// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization

/// Where log lines go. Lines of one message are let through at a bounded rate, so that no caller
/// fills a disk: a burst, then one a second; the next one that passes says how many did not.
package final class LogOutput: Sendable {
    /// Lines of one message that may come at once.
    static let burst = 20
    /// Messages are constants of the program; more than this can only be a mistake.
    private static let messagesMax = 1024

    private struct Allowance {
        var lines = Double(LogOutput.burst)
        var at = ContinuousClock.now
        var suppressed = 0
    }

    let format: LogFormat
    private let write: @Sendable ([UInt8]) -> Void
    private let allowances = Mutex<[String: Allowance]>([:])

    /// - Parameter write: takes whole lines, one at a time.
    package init(_ format: LogFormat, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.format = format
        self.write = write
    }

    /// Lines to standard error, each by one system call.
    package static func standardError(_ format: LogFormat) -> LogOutput {
        LogOutput(format) { line in
            var rest = line[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes {
                    // The kernel reads the buffer during the call only.
                    unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count)
                }
                guard count > 0 || (count < 0 && errno == EINTR) else { return }
                rest = rest.dropFirst(max(0, count))
            }
        }
    }

    /// How many lines of `message` were left out since the last one that passed; nil leaves this
    /// one out too.
    func admit(_ message: String) -> Int? {
        allowances.withLock { allowances in
            let now = ContinuousClock.now
            if allowances.count >= Self.messagesMax { allowances.removeAll() }
            var allowance = allowances[message] ?? Allowance()
            let earned = (now - allowance.at) / .seconds(1)
            allowance.lines = min(Double(Self.burst), allowance.lines + earned)
            allowance.at = now
            defer { allowances[message] = allowance }
            guard allowance.lines >= 1 else {
                allowance.suppressed += 1
                return nil
            }
            allowance.lines -= 1
            defer { allowance.suppressed = 0 }
            return allowance.suppressed
        }
    }

    func emit(_ line: LogLine) { write(line.encoded(as: format)) }
}
