// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The rows of a bench, printed as they come.
struct BenchTable {
    /// One figure and its baseline, which was measured in the same run.
    struct Row {
        var name: String
        var value: Double
        var unit: String
        var baseline: String
        var baselineValue: Double?

        /// How many times better than the baseline; both are costs. None where nothing is spent.
        var ratio: Double? { value > 0 ? baselineValue.map { $0 / value } : nil }
    }

    private var rows: [Row] = []

    init() {
        print("name, value, unit, baseline, baseline value, ratio")
    }

    /// Adds and prints a figure.
    mutating func add(
        _ name: String,
        _ value: Double,
        _ unit: String,
        baseline: String = "",
        _ baselineValue: Double? = nil
    ) {
        let row = Row(
            name: name,
            value: value,
            unit: unit,
            baseline: baseline,
            baselineValue: baselineValue
        )
        rows.append(row)
        let tail = [baselineValue.map(Self.text) ?? "", row.ratio.map(Self.text) ?? ""]
        print(([name, Self.text(value), unit, baseline] + tail).joined(separator: ", "))
        fflush(nil)
    }

    /// Values of which some bit differs.
    static func differing(_ left: [Float], _ right: Span<Float>) -> Int {
        let common = 0..<min(left.count, right.count)
        return common.count { left[$0].bitPattern != right[$0].bitPattern }
            + abs(left.count - right.count)
    }

    /// The rows as JSON.
    var json: String {
        let objects = rows.map { row in
            """
            {"name":"\(row.name)","value":\(row.value),"unit":"\(row.unit)",\
            "baseline":"\(row.baseline)",\
            "baseline_value":\(row.baselineValue.map { "\($0)" } ?? "null"),\
            "ratio":\(row.ratio.map { "\($0)" } ?? "null")}
            """
        }
        return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
    }

    /// Three digits or so, without Foundation.
    private static func text(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        return "\((value * 100).rounded() / 100)"
    }
}

/// Clocks of the bench.
enum BenchClock {
    /// CPU time of this thread, in nanoseconds.
    static var thread: Double { read(CLOCK_THREAD_CPUTIME_ID) }
    /// CPU time of all threads, in nanoseconds.
    static var process: Double { read(CLOCK_PROCESS_CPUTIME_ID) }
    /// Time on the wall, in nanoseconds.
    static var wall: Double { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Double {
        var now = timespec()
        unsafe clock_gettime(clock, &now)
        return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
    }

    /// Medians of interleaved runs, in nanoseconds: what disturbs one disturbs the other.
    static func medians(
        rounds: Int,
        _ first: () throws -> Double,
        _ second: () throws -> Double
    ) rethrows -> (Double, Double) {
        try quantiles(rounds: rounds, place: rounds / 2, first, second)
    }

    /// First quartiles of interleaved runs, for times on the wall, which other work only adds to.
    static func firstQuartiles(
        rounds: Int,
        _ first: () throws -> Double,
        _ second: () throws -> Double
    ) rethrows -> (Double, Double) {
        try quantiles(rounds: rounds, place: rounds / 4, first, second)
    }

    private static func quantiles(
        rounds: Int,
        place: Int,
        _ first: () throws -> Double,
        _ second: () throws -> Double
    ) rethrows -> (Double, Double) {
        var times: ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            times.0.append(try first())
            times.1.append(try second())
        }
        return (times.0.sorted()[place], times.1.sorted()[place])
    }
}
