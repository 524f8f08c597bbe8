// SPDX-License-Identifier: Apache-2.0

internal import LoanRPC
package import Machine
package import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// How far a run has come.
package struct LoadProgress: Sendable {
    /// Time since the start.
    package var elapsed: Duration
    /// Counted calls so far.
    package var calls: Int
    /// Calls a second since the last report.
    package var callsPerSecond: Double
    /// Counted calls that failed.
    package var errors: Int
}

/// Offers load to a server and measures how it answers.
package struct LoadGenerator: Sendable {
    private let group: any EventLoopGroup

    /// - Parameter group: the event loops of the connections.
    package init(group: any EventLoopGroup) {
        self.group = group
    }

    /// Makes the calls of a run.
    /// - Parameter progress: called about once a second.
    /// - Throws: when a connection cannot be made, or the configuration names no request.
    package func run(
        _ configuration: LoadConfiguration,
        progress: @Sendable (LoadProgress) -> Void = { _ in }
    ) async throws -> LoadReport {
        // Answers that wait for a processor of this machine would count as slow ones of the server.
        for loop in group.makeIterator() { loop.execute(PromptThread.enter) }
        let connections = try await connect(configuration)
        let start = MonotonicTime.now()
        let countFrom = start.advanced(by: configuration.warmUp)
        let stopAt = countFrom.advanced(by: configuration.duration)
        var drivers: [NIOLoopBound<LoadDriver>] = []
        for (index, connection) in connections.enumerated() {
            drivers.append(
                try await connection.drive(configuration, index: index, start, countFrom, stopAt)
            )
        }
        try await watch(drivers, from: countFrom, until: stopAt, progress)
        try await settle(drivers, configuration.timeout)
        var tally = LoadTally()
        for driver in drivers {
            tally.add(
                try await driver.eventLoop.submit {
                    driver.value.giveUp()
                    return driver.value.tally
                }.get()
            )
        }
        for connection in connections { await connection.close() }
        let seconds = Double(configuration.duration.nanosecondsClamped) / 1e9
        return LoadReport(tally, offeredRate: configuration.arrivals.rate, seconds: seconds)
    }

    private func connect(_ configuration: LoadConfiguration) async throws -> [LoadConnection] {
        guard configuration.requestCount > 0, configuration.connections > 0,
            configuration.arrivals.rate.map({ $0 > 0 && $0.isFinite }) ?? true
        else { throw RPCStatus(.invalidArgument, "a run needs connections, requests and a rate") }
        var connections: [LoadConnection] = []
        for _ in 0..<configuration.connections {
            connections.append(try await LoadConnection.connect(configuration, group))
        }
        return connections
    }

    private func watch(
        _ drivers: [NIOLoopBound<LoadDriver>],
        from start: MonotonicTime,
        until stopAt: MonotonicTime,
        _ progress: @Sendable (LoadProgress) -> Void
    ) async throws {
        var before = 0
        var last = MonotonicTime.now()
        while true {
            let left = stopAt.nanoseconds(since: .now())
            guard left > 0 else { return }
            try await Task.sleep(for: .nanoseconds(min(left, 1_000_000_000)))
            var calls = 0
            var errors = 0
            for driver in drivers {
                let counts = try await driver.eventLoop.submit {
                    let tally = driver.value.tally
                    return (tally.calls, tally.errors.values.reduce(0, +))
                }.get()
                calls += counts.0
                errors += counts.1
            }
            let now = MonotonicTime.now()
            let seconds = Double(now.nanoseconds(since: last)) / 1e9
            progress(
                LoadProgress(
                    elapsed: .nanoseconds(now.nanoseconds(since: start)),
                    calls: calls,
                    callsPerSecond: Double(calls - before) / max(seconds, 1e-9),
                    errors: errors
                )
            )
            before = calls
            last = now
        }
    }

    /// Waits for the answers of the last calls.
    private func settle(
        _ drivers: [NIOLoopBound<LoadDriver>],
        _ timeout: Duration
    ) async throws {
        let end = MonotonicTime.now().advanced(by: timeout)
        for driver in drivers {
            while MonotonicTime.now() < end {
                let isIdle = try await driver.eventLoop.submit { driver.value.isIdle }.get()
                if isIdle { break }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }
}

extension LoadConfiguration {
    /// How many different requests there are.
    var requestCount: Int {
        switch target {
        case .rpc(let requests), .grpc(let requests): requests.count
        case .http(_, let bodies, _, _): bodies.count
        }
    }
}
