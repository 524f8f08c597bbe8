// SPDX-License-Identifier: Apache-2.0

extension LoadSweep.Result {
    /// The curve of latency over throughput: p50 and p99, and the bound.
    package var svg: String { LoadCurve(self).svg }
}

/// The drawing of a sweep.
private struct LoadCurve {
    private static let (width, height) = (720.0, 420.0)
    private static let (left, right, top, bottom) = (80.0, 30.0, 50.0, 60.0)
    private static let (p50Color, p99Color) = ("#1f77b4", "#c4221f")

    private let result: LoadSweep.Result
    private let rates: RoundTicks
    private let latencies: RoundTicks

    init(_ result: LoadSweep.Result) {
        self.result = result
        rates = RoundTicks(to: result.points.map(\.report.callsPerSecond).max() ?? 1)
        // Far above the bound the curve is a wall: it is cut at four times the bound.
        let greatest = result.points.map(\.report.latency.p99).max() ?? 0
        let most = min(4 * result.p99Bound, max(greatest, 1.25 * result.p99Bound))
        latencies = RoundTicks(to: most)
    }

    var svg: String {
        let size = "\(number(Self.width)) \(number(Self.height))"
        let lines =
            [
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" role=\"img\" "
                    + "font-family=\"sans-serif\" font-size=\"12\">",
                "<title>Latency over throughput</title>",
                "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            ] + xAxis + yAxis + bound + [
                curve(\.p50, Self.p50Color), curve(\.p99, Self.p99Color),
            ] + legend
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    // MARK: Axes

    private var xAxis: [String] {
        let ticks = rates.values.flatMap { rate in
            [
                line(x(rate), y(0), x(rate), y(0) + 5, "stroke=\"#333\""),
                text(x(rate), y(0) + 19, rates.text(rate), anchor: "middle"),
            ]
        }
        let middle = (x(0) + x(rates.end)) / 2
        return [line(x(0), y(0), x(rates.end), y(0), "stroke=\"#333\"")] + ticks + [
            text(middle, y(0) + 44, "Throughput (calls/s)", anchor: "middle")
        ]
    }

    private var yAxis: [String] {
        let ticks = latencies.values.flatMap { latency in
            [
                line(x(0), y(latency), x(rates.end), y(latency), "stroke=\"#e4e4e4\""),
                line(x(0) - 5, y(latency), x(0), y(latency), "stroke=\"#333\""),
                text(x(0) - 9, y(latency) + 4, latencies.text(latency), anchor: "end"),
            ]
        }
        let middle = number((y(0) + y(latencies.end)) / 2)
        return ticks + [
            line(x(0), y(0), x(0), y(latencies.end), "stroke=\"#333\""),
            "<text transform=\"translate(22 \(middle)) rotate(-90)\" text-anchor=\"middle\">"
                + "Latency (ms)</text>",
        ]
    }

    private var bound: [String] {
        let height = y(result.p99Bound)
        let style = "stroke=\"#777\" stroke-dasharray=\"4 4\""
        let whole = Int(exactly: result.p99Bound).map { "\($0)" }
        let label = "bound on p99: \(whole ?? "\(result.p99Bound)") ms"
        return [
            line(x(0), height, x(rates.end), height, style),
            text(x(0) + 6, height - 5, label, anchor: "start"),
        ]
    }

    private var legend: [String] {
        let names = [("p50", Self.p50Color, 0.0), ("p99", Self.p99Color, 70)]
        let lines = names.flatMap { name, color, offset in
            let start = x(0) + offset
            return [
                line(start, 28, start + 24, 28, "stroke=\"\(color)\" stroke-width=\"2\""),
                text(start + 30, 32, name, anchor: "start"),
            ]
        }
        guard result.points.contains(where: { $0.report.latency.p99 > latencies.end }) else {
            return lines
        }
        let note = "Latencies above \(latencies.text(latencies.end)) ms are drawn there"
        return lines + [text(x(rates.end), 32, note, anchor: "end")]
    }

    // MARK: Curves

    private func curve(
        _ latency: KeyPath<LoadReport.Latency, Double>,
        _ color: String
    ) -> String {
        let places = result.points.map { point in
            let report = point.report
            let place = (x(report.callsPerSecond), y(report.latency[keyPath: latency]))
            return "\(number(place.0)),\(number(place.1))"
        }
        return "<polyline points=\"\(places.joined(separator: " "))\" fill=\"none\" "
            + "stroke=\"\(color)\" stroke-width=\"2\"/>"
    }

    // MARK: Places

    private func x(_ rate: Double) -> Double {
        Self.left + rate / rates.end * (Self.width - Self.left - Self.right)
    }

    private func y(_ latency: Double) -> Double {
        let share = min(latency, latencies.end) / latencies.end
        return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
    }

    // MARK: Shapes

    private func number(_ value: Double) -> String { LoadReport.text(value, 1) }

    private func line(
        _ x1: Double,
        _ y1: Double,
        _ x2: Double,
        _ y2: Double,
        _ style: String
    ) -> String {
        "<line x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" "
            + "y2=\"\(number(y2))\" \(style)/>"
    }

    private func text(_ x: Double, _ y: Double, _ content: String, anchor: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(content)</text>"
    }
}
