// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanLoad
import Testing

@Suite struct LoadCurveTests {
    @Test(
        arguments: [
            (0.004, ["0.000", "0.001", "0.002", "0.003", "0.004"]), (0.07, ["0.00", "0.02"]),
            (1.0, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (6, ["0", "1"]), (6.1, ["0", "2"]),
            (20, ["0", "5", "10", "15", "20"]), (299, ["0", "50"]),
            (43_211, ["0", "10,000", "20,000", "30,000", "40,000", "50,000"]),
            (7_200_000, ["0", "2,000,000"]),
        ] as [(Double, [String])]
    )
    func ticksAreRoundNumbersFromZero(most: Double, texts: [String]) {
        let ticks = RoundTicks(to: most)
        #expect(ticks.values.map(ticks.text).prefix(texts.count) == texts[...])
        #expect(ticks.end >= most)
        #expect(ticks.values.dropLast().allSatisfy { $0 < most })
    }

    @Test func ticksOfAnyLengthAreOneTwoOrFive() {
        var length = 1.7e-8
        while length < 1e14 {
            let ticks = RoundTicks(to: length)
            #expect((3...RoundTicks.countMax + 1).contains(ticks.values.count), "\(length)")
            let step = ticks.values[1]
            let mantissa = "\(step)".first { "123456789".contains($0) }
            #expect(mantissa.map { "125".contains($0) } == true, "\(step)")
            #expect(Set(ticks.values.map(ticks.text)).count == ticks.values.count, "\(length)")
            length *= 1.37
        }
    }

    private func svg(_ points: [(rate: Double, p99: Double)], bound: Double) throws -> String {
        let parts = points.map { rate, p99 in
            let latency = #"{"p50": 0.4, "p90": 0.5, "p99": \#(p99), "p999": 9, "max": 9}"#
            return """
                {"rate": \(rate), "isWithinBound": \(p99 <= bound), "report": {
                "offeredRate": \(rate), "seconds": 1, "calls": 1, "rows": 1,
                "callsPerSecond": \(rate), "rowsPerSecond": 1, "errors": {}, "wrongAnswers": 0,
                "sheds": 0, "shedLatency": \(latency), "latency": \(latency)}}
                """
        }
        let json = #"{"points": [\#(parts.joined(separator: ","))], "p99Bound": \#(bound)}"#
        return try JSONDecoder().decode(LoadSweep.Result.self, from: Data(json.utf8)).svg
    }

    /// The texts of a drawing in the order in which they stand there.
    private func texts(_ svg: String) -> [String] {
        svg.components(separatedBy: "<text ").dropFirst().compactMap { part in
            part.components(separatedBy: "</text>").first?.components(separatedBy: ">").last
        }
    }

    @Test func bothAxesHaveRoundNumbersAndUnits() throws {
        let found = texts(try svg([(9_000, 1), (18_700, 3), (19_100, 480)], bound: 5))
        #expect(found.starts(with: ["0", "5,000", "10,000", "15,000", "20,000"]))
        #expect(found.contains("Throughput (calls/s)"))
        #expect(found.contains("Latency (ms)"))
        #expect(found[6...].starts(with: ["0", "5", "10", "15", "20"]))
        #expect(found.contains("bound on p99: 5 ms"))
        // What is cut is named.
        #expect(found.last == "Latencies above 20 ms are drawn there")
    }

    @Test func aCurveBelowItsBoundIsNotCut() throws {
        let svg = try svg([(100, 0.5), (200, 0.7)], bound: 1.5)
        #expect(texts(svg).contains("bound on p99: 1.5 ms"))
        #expect(!svg.contains("are drawn there"))
    }
}
