// SPDX-License-Identifier: Apache-2.0

internal import Machine
package import Observability

/// What the operations of the service count.
package final class ServiceMetrics: Sendable {
    let registry: MetricsRegistry
    private let models: ModelSeries
    private let storageUp: GaugeSeries
    private let retries: CounterSeries
    private let loadTime: HistogramSeries

    /// Help and buckets of these metrics.
    package static let descriptions =
        ModelMetrics.descriptions + [
            MetricDescription("loan_default.models", "Models in memory, and their bytes."),
            MetricDescription(
                "loan_default.models.evicted",
                "Models that left memory to make room."
            ),
            MetricDescription("loan_default.model.loads", "Models read into memory, by outcome."),
            MetricDescription(
                "loan_default.model.reloads",
                "Models replaced in memory by a newer version, by outcome."
            ),
            MetricDescription(
                "loan_default.model.load.duration",
                "Time to read, verify and compile a model.",
                bounds: MetricDescription.durationBounds
            ),
            MetricDescription(
                "loan_default.work.duration",
                "Time of data preparation and training, by outcome.",
                bounds: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]
            ),
            MetricDescription("loan_default.work.running", "Work that is under way."),
            MetricDescription(
                "loan_default.memory.reserved",
                "Memory that a training under way takes at most."
            ),
            MetricDescription("loan_default.storage.calls", "Calls to storage, by outcome."),
            MetricDescription("loan_default.storage.retries", "Attempts at S3 that were repeated."),
            MetricDescription(
                "loan_default.storage.up",
                "1 when the last call to storage got an answer, 0 when it did not."
            ),
        ]

    /// Every series but those of models and of storage calls exists from the start.
    package init(_ registry: MetricsRegistry) {
        self.registry = registry
        models = ModelSeries(registry)
        retries = registry.counter("loan_default.storage.retries")
        loadTime = registry.histogram("loan_default.model.load.duration", unit: "seconds")
        storageUp = registry.gauge("loan_default.storage.up")
        storageUp.set(1)
        for outcome in Outcome.allCases {
            for work in Work.allCases { _ = durations(work, outcome) }
            _ = loads(outcome)
            _ = reloads(outcome)
        }
        for work in Work.allCases { _ = running(work) }
    }

    /// What takes minutes rather than microseconds.
    enum Work: String, CaseIterable { case data, train }

    /// How something ended.
    enum Outcome: String, CaseIterable { case done, failed }

    /// The metrics of a model by its name, for as long as they are held.
    package func model(_ name: String) -> ModelMetrics { models.metrics(name) }

    /// Ends the series of models that left memory a while ago.
    func sweep() { models.sweep() }

    /// Shows how much memory is reserved.
    func observe(_ memory: MemoryBudget) {
        registry.observe("loan_default.memory.reserved", unit: "bytes") { [weak memory] in
            memory.map { Double($0.reservedBytes) }
        }
    }

    /// Counts a piece of work while it goes on and times it.
    func measure<Result: Sendable>(
        _ work: Work,
        _ body: () async throws(ServiceError) -> Result
    ) async throws(ServiceError) -> Result {
        let start = ContinuousClock.now
        let running = running(work)
        running.add(1)
        defer { running.add(-1) }
        do throws(ServiceError) {
            let result = try await body()
            durations(work, .done).record(.now - start)
            return result
        } catch {
            durations(work, .failed).record(.now - start)
            throw error
        }
    }

    /// Counts and times a load of a model.
    func measureLoad<Result>(
        _ body: () throws(ServiceError) -> Result
    ) throws(ServiceError) -> Result {
        let start = ContinuousClock.now
        do throws(ServiceError) {
            let result = try body()
            loads(.done).increment()
            loadTime.record(.now - start)
            return result
        } catch {
            loads(.failed).increment()
            throw error
        }
    }

    /// A changed model was replaced, or stayed because the new one does not load.
    func reloaded(_ outcome: Outcome) { reloads(outcome).increment() }

    /// An attempt at S3 is repeated.
    func retried() { retries.increment() }

    /// A call to storage ended.
    func called(_ call: StorageCall, of backend: StorageBackend, _ outcome: StorageOutcome) {
        registry.counter(
            "loan_default.storage.calls",
            dimensions: [
                ("backend", backend.rawValue), ("call", call.rawValue),
                ("outcome", outcome.rawValue),
            ]
        ).increment()
        storageUp.set(outcome == .unreachable ? 0 : 1)
    }

    private func loads(_ outcome: Outcome) -> CounterSeries {
        counter("loan_default.model.loads", outcome)
    }

    private func reloads(_ outcome: Outcome) -> CounterSeries {
        counter("loan_default.model.reloads", outcome)
    }

    private func counter(_ label: String, _ outcome: Outcome) -> CounterSeries {
        registry.counter(label, dimensions: [("outcome", outcome.rawValue)])
    }

    private func durations(_ work: Work, _ outcome: Outcome) -> HistogramSeries {
        registry.histogram(
            "loan_default.work.duration",
            unit: "seconds",
            dimensions: [("work", work.rawValue), ("outcome", outcome.rawValue)]
        )
    }

    private func running(_ work: Work) -> GaugeSeries {
        registry.gauge("loan_default.work.running", dimensions: [("work", work.rawValue)])
    }
}

/// What a store is asked to do.
enum StorageCall: String { case get, put, head, list, delete, copy, map }

/// How a store answered.
enum StorageOutcome: String { case ok, refused, unreachable }
