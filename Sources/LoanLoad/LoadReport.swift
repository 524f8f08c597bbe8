// SPDX-License-Identifier: Apache-2.0

package import Histogram

/// The outcome of a load run.
package struct LoadReport: Codable, Sendable {
    /// Milliseconds from when a call was due until its answer.
    package struct Latency: Codable, Sendable {
        /// The median.
        package var p50: Double
        /// The 90th percentile.
        package var p90: Double
        /// The 99th percentile.
        package var p99: Double
        /// The 99.9th percentile.
        package var p999: Double
        /// The greatest.
        package var max: Double
    }

    /// Calls a second that were asked for; nil in a closed loop.
    package var offeredRate: Double?
    /// The time in which calls were counted.
    package var seconds: Double
    /// Calls that succeeded.
    package var calls: Int
    /// Rows of these calls.
    package var rows: Int
    /// Calls that succeeded, a second.
    package var callsPerSecond: Double
    /// Rows of these calls, a second.
    package var rowsPerSecond: Double
    /// Of calls that succeeded.
    package var latency: Latency
    /// Calls that the server had no room for: RESOURCE_EXHAUSTED, or status 429.
    package var sheds: Int
    /// Likewise, of those calls, from when they were sent.
    package var shedLatency: Latency
    /// Failed calls by code.
    package var errors: [String: Int]
    /// Answers that the check refused.
    package var wrongAnswers: Int

    init(_ tally: LoadTally, offeredRate: Double?, seconds: Double) {
        self.offeredRate = offeredRate
        self.seconds = seconds
        calls = tally.calls
        rows = tally.rows
        callsPerSecond = Double(tally.calls) / seconds
        rowsPerSecond = Double(tally.rows) / seconds
        latency = Latency(tally.latency)
        sheds = LoadTally.shedCodes.reduce(0) { $0 + (tally.errors[$1] ?? 0) }
        shedLatency = Latency(tally.shedLatency)
        errors = tally.errors
        wrongAnswers = tally.wrongAnswers
    }

    /// The report for people: one line for each figure.
    package var table: String {
        var lines: [(String, String)] = []
        if let offeredRate { lines.append(("offered calls/s", Self.text(offeredRate, 0))) }
        lines += [
            ("calls", "\(calls)"),
            ("calls/s", Self.text(callsPerSecond, 0)),
            ("rows/s", Self.text(rowsPerSecond, 0)),
            ("p50 ms", Self.text(latency.p50, 3)),
            ("p90 ms", Self.text(latency.p90, 3)),
            ("p99 ms", Self.text(latency.p99, 3)),
            ("p99.9 ms", Self.text(latency.p999, 3)),
            ("max ms", Self.text(latency.max, 3)),
        ]
        if sheds > 0 { lines.append(("sheds' p99 ms", Self.text(shedLatency.p99, 3))) }
        for (code, count) in errors.sorted(by: { $0.key < $1.key }) {
            lines.append((code, "\(count)"))
        }
        if wrongAnswers > 0 { lines.append(("wrong answers", "\(wrongAnswers)")) }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, value in
            name + String(repeating: " ", count: width - name.count + 2) + value
        }.joined(separator: "\n")
    }

    /// A number with a fixed count of decimals.
    static func text(_ value: Double, _ decimals: Int) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        let whole = Int(scaled / scale)
        let sign = value < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(whole)" }
        let part = String(Int(scaled - Double(whole) * scale))
        let zeros = String(repeating: "0", count: max(0, decimals - part.count))
        return "\(sign)\(whole).\(zeros)\(part)"
    }
}

extension LoadReport.Latency {
    fileprivate init(_ nanoseconds: Histogram<UInt64>) {
        func milliseconds(_ percentile: Double) -> Double {
            Double(nanoseconds.valueAtPercentile(percentile)) / 1e6
        }
        p50 = milliseconds(50)
        p90 = milliseconds(90)
        p99 = milliseconds(99)
        p999 = milliseconds(99.9)
        max = Double(nanoseconds.max) / 1e6
    }
}

/// What has been counted so far.
package struct LoadTally: Sendable {
    /// Calls that succeeded.
    package var calls = 0
    /// Rows of these calls.
    package var rows = 0
    /// Failed calls by code.
    package var errors: [String: Int] = [:]
    /// Answers that a check has found wrong.
    package var wrongAnswers = 0
    /// Nanoseconds, up to a minute, in three digits.
    package var latency = LoadTally.histogram
    /// The same of calls that the server had no room for.
    package var shedLatency = LoadTally.histogram

    /// How a server says that it has no room, in either protocol.
    static let shedCodes: Set = ["RESOURCE_EXHAUSTED", "HTTP_429"]

    private static var histogram: Histogram<UInt64> {
        Histogram(highestTrackableValue: latencyMax, numberOfSignificantValueDigits: .three)
    }

    static let latencyMax: UInt64 = 60_000_000_000

    mutating func succeed(rows: Int, nanoseconds: Int64) {
        calls += 1
        self.rows += rows
        latency.record(min(UInt64(clamping: nanoseconds), Self.latencyMax))
    }

    /// - Parameter nanoseconds: from when the call was sent.
    mutating func fail(_ code: String, nanoseconds: Int64) {
        errors[code, default: 0] += 1
        guard Self.shedCodes.contains(code) else { return }
        shedLatency.record(min(UInt64(clamping: nanoseconds), Self.latencyMax))
    }

    mutating func add(_ other: LoadTally) {
        calls += other.calls
        rows += other.rows
        wrongAnswers += other.wrongAnswers
        errors.merge(other.errors, uniquingKeysWith: +)
        latency.add(other.latency)
        shedLatency.add(other.shedLatency)
    }
}
