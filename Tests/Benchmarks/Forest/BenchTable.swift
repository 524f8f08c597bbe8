// SPDX-License-Identifier: Apache-2.0

import BenchSupport
import Glibc

/// The rows of a bench, printed as they come.
struct BenchTable {
    /// All rows, in the order they came.
    private(set) var rows: [BenchRow] = []

    init() {
        print("name, value, unit, baseline, baseline value, ratio")
    }

    /// Adds and prints a figure; both it and its baseline are costs.
    mutating func add(
        _ name: String,
        _ value: Double,
        _ unit: String,
        baseline: String,
        _ baselineValue: Double
    ) {
        let row = BenchRow(name, value, unit, baseline: baseline, baselineValue)
        rows.append(row)
        print(row.line)
        fflush(nil)
    }

    /// Values of which some bit differs.
    static func differing(_ left: [Float], _ right: Span<Float>) -> Int {
        let common = 0..<min(left.count, right.count)
        return common.count { left[$0].bitPattern != right[$0].bitPattern }
            + abs(left.count - right.count)
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
