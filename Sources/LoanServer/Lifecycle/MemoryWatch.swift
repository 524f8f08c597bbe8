// SPDX-License-Identifier: Apache-2.0

package import Admission
internal import Logging
package import Machine
internal import ServiceLifecycle

/// Compares the memory of the process with its limit, again and again: above four fifths,
/// predictions are refused; above nine tenths, connections without a call are closed, too. What a
/// training under way was promised counts as used.
struct MemoryWatch: Service {
    let admission: AdmissionControl
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
        let budget = admission.budget
        let before = admission.memory.level
        var level = MemoryGate.Level(budget)
        if level != .ample {
            // What was freed is not given back by itself.
            ProcessMemory.giveBack()
            level = MemoryGate.Level(budget)
        }
        admission.memory.set(level)
        if level == .scarce { admission.relieve() }
        if level != before {
            logger.warning("use of memory", metadata: ["memory.level": "\(level)"])
        }
    }
}

extension MemoryGate.Level {
    /// What the use of memory asks for.
    package init(_ budget: MemoryBudget) {
        let used = budget.usedBytes
        self =
            if used >= budget.limit / 10 * 9 {
                .scarce
            } else {
                used >= budget.ampleBytesMax ? .short : .ample
            }
    }
}
