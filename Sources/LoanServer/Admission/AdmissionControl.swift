// SPDX-License-Identifier: Apache-2.0

package import Admission
package import Machine
internal import NIOPosix
package import Observability
internal import Synchronization

/// What decides which predictions are taken, and the threads that score the large ones: one for
/// all transports, so that they share the machine rather than fight over it.
package final class AdmissionControl: Sendable {
    /// Scores large batches.
    package let pool: PredictPool
    /// How long a prediction over HTTP is worked on at most.
    let predictTimeout: Duration
    /// What small batches may take of each event loop.
    package let budgets: LoopBudgets
    /// The memory that requests share with all else.
    let budget: MemoryBudget
    /// How close the process is to its limit of memory.
    package let memory = MemoryGate()
    private let threads: NIOThreadPool
    private let sheds: [ShedReason: CounterSeries]
    private let reliefs = Mutex<[@Sendable () -> Void]>([])

    /// What these metrics are.
    static let descriptions = [
        MetricDescription(
            "nv_inference_pending_request_count",
            "Large predict calls that wait for a thread."
        ),
        MetricDescription(
            "loan_default.rows.in_flight",
            "Rows of large predict calls that wait or are being scored."
        ),
        MetricDescription(
            "loan_default.queue.age",
            "Age of the large predict call that has waited longest."
        ),
        MetricDescription(
            "loan_default.memory.level",
            "0: memory is ample; 1: predictions are shed; 2: idle connections are closed, too."
        ),
        MetricDescription("loan_default.sheds", "Calls refused for lack of room, by reason."),
    ]

    /// Starts the threads; `stop` ends them.
    package init(
        threadCount: Int,
        limits: AdmissionLimits = AdmissionLimits(),
        budget: MemoryBudget = MemoryBudget(limit: .max),
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        threads = NIOThreadPool(numberOfThreads: threadCount)
        threads.start()
        // A small call is scored where it arrives: what is large must not keep that thread waiting.
        pool = PredictPool(
            threads,
            threadCount: threadCount,
            limits: limits,
            memory: memory,
            enter: BackgroundThread.giveWay
        )
        predictTimeout = limits.predictTimeout
        self.budget = budget
        budgets = LoopBudgets(timeMax: limits.queueWaitMax)
        sheds = Dictionary(
            uniqueKeysWithValues: ShedReason.allCases.map { reason in
                let dimensions = [("reason", reason.rawValue)]
                return (reason, metrics.counter("loan_default.sheds", dimensions: dimensions))
            }
        )
        metrics.observe("nv_inference_pending_request_count") { [weak pool = pool] in
            pool.map { Double($0.waitingCount) }
        }
        metrics.observe("loan_default.rows.in_flight") { [weak pool = pool] in
            pool.map { Double($0.rowCount) }
        }
        metrics.observe("loan_default.queue.age", unit: "seconds") { [weak pool = pool] in
            pool.map { $0.longestWait / .seconds(1) }
        }
        metrics.observe("loan_default.memory.level") { [weak memory = memory] in
            memory.map { Double($0.level.rawValue) }
        }
    }

    /// Counts a call that is not taken.
    package func shed(_ reason: ShedReason) { sheds[reason]?.increment(by: 1) }

    /// Adds what closes the connections of a server that have no call under way.
    package func addRelief(_ close: @escaping @Sendable () -> Void) {
        reliefs.withLock { $0.append(close) }
    }

    /// Closes the connections of all servers that have no call under way.
    package func relieve() { for close in reliefs.withLock({ $0 }) { close() } }

    /// Ends the threads; batches that wait are refused.
    package func stop() async throws { try await threads.shutdownGracefully() }
}
