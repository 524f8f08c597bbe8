// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
internal import Logging
internal import Machine
internal import ServiceLifecycle

/// Compares the memory of the process with its limit, again and again: above four fifths,
/// predictions are refused; above nine tenths, connections without a call are closed, too.
struct MemoryWatch: Service {
    /// Bytes that the process may take; `Int.max` for no limit.
    let limit: Int
    let admission: Admission
    let logger: Logger

    private static let interval = Duration.milliseconds(250)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                look()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func look() {
        let before = admission.memory.level
        var level = Self.level(used: ProcessMemory.residentBytes(), limit: limit)
        if level != .ample {
            // What was freed is not given back by itself.
            ProcessMemory.giveBack()
            level = Self.level(used: ProcessMemory.residentBytes(), limit: limit)
        }
        admission.memory.set(level)
        if level == .scarce { admission.relieve() }
        if level != before {
            logger.warning("use of memory", metadata: ["memory.level": "\(level)"])
        }
    }

    /// What a use of memory asks for.
    static func level(used: Int, limit: Int) -> MemoryGate.Level {
        if used >= limit / 10 * 9 { return .scarce }
        return used >= limit / 5 * 4 ? .short : .ample
    }
}
