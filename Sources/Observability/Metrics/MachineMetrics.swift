// SPDX-License-Identifier: Apache-2.0

internal import Machine
internal import Synchronization

/// Registers the resources that the process uses; they are read at each scrape.
package enum MachineMetrics {
    /// Help and units of these metrics.
    package static let descriptions = [
        MetricDescription("process_resident_memory_bytes", "Memory of the process."),
        MetricDescription("process_virtual_memory_bytes", "Address space of the process."),
        MetricDescription("process_cpu_seconds_total", "Processor time, user and system."),
        MetricDescription("process_open_fds", "Open file descriptors."),
        MetricDescription("process_max_fds", "Most file descriptors."),
        MetricDescription("process_threads", "Threads of the process."),
        MetricDescription("process_start_time_seconds", "Start of the process, since 1970."),
        MetricDescription("loan_default.cpu.periods", "Periods of the CPU quota with work."),
        MetricDescription(
            "loan_default.cpu.throttled.periods",
            "Periods in which the CPU quota ran out."
        ),
        MetricDescription(
            "loan_default.cpu.throttled",
            "Time that the CPU quota held runnable threads back."
        ),
        MetricDescription("loan_default.memory.limit", "Limit of memory of the control group."),
        MetricDescription("loan_default.memory.group", "Memory that the control group uses."),
    ]

    /// Adds them. Series that the machine does not know are left out.
    package static func add(to registry: MetricsRegistry) {
        let usage = Cached { ProcessUsage.now() }
        func observe(
            _ name: String,
            _ kind: MetricKind = .gauge,
            _ value: @escaping @Sendable (ProcessUsage) -> Double
        ) {
            registry.observe(name, kind) { value(usage.value()) }
        }
        observe("process_resident_memory_bytes") { Double($0.residentBytes) }
        observe("process_virtual_memory_bytes") { Double($0.virtualBytes) }
        observe("process_cpu_seconds_total", .counter) { $0.processorTime / .seconds(1) }
        observe("process_open_fds") { Double($0.descriptorCount) }
        observe("process_max_fds") { Double($0.descriptorsMax) }
        observe("process_threads") { Double($0.threadCount) }
        observe("process_start_time_seconds") { $0.startedAt }
        let group = ControlGroup.own()
        registry.observe("loan_default.cpu.periods", .counter) {
            group.throttling.map { Double($0.periods) }
        }
        registry.observe("loan_default.cpu.throttled.periods", .counter) {
            group.throttling.map { Double($0.throttledPeriods) }
        }
        registry.observe("loan_default.cpu.throttled", .counter, unit: "seconds") {
            group.throttling.map { $0.throttledTime / .seconds(1) }
        }
        registry.observe("loan_default.memory.limit", unit: "bytes") {
            group.memoryBytesMax.map { Double($0) }
        }
        registry.observe("loan_default.memory.group", unit: "bytes") {
            group.memoryBytesUsed.map { Double($0) }
        }
    }

    /// One reading of /proc serves all series of a scrape.
    private final class Cached: Sendable {
        private let read: @Sendable () -> ProcessUsage
        private let last = Mutex<(ProcessUsage, ContinuousClock.Instant)?>(nil)

        init(_ read: @escaping @Sendable () -> ProcessUsage) { self.read = read }

        func value() -> ProcessUsage {
            last.withLock { last in
                let now = ContinuousClock.now
                if let last, now - last.1 < .milliseconds(100) { return last.0 }
                let fresh = read()
                last = (fresh, now)
                return fresh
            }
        }
    }
}
