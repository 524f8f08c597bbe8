// SPDX-License-Identifier: Apache-2.0

extension LoadSweep.Result {
    private static let width = 720.0
    private static let height = 420.0
    private static let margin = 60.0

    /// The curve of latency over throughput: p50 and p99, and the bound.
    package var svg: String {
        let rateMax = max(points.map(\.report.callsPerSecond).max() ?? 1, 1)
        // Far above the bound the curve is a wall: it is cut at four times the bound.
        let latencyMax = 4 * p99Bound
        func x(_ rate: Double) -> String {
            number(Self.margin + rate / rateMax * (Self.width - 2 * Self.margin))
        }
        func y(_ latency: Double) -> String {
            let share = min(latency, latencyMax) / latencyMax
            return number(Self.height - Self.margin - share * (Self.height - 2 * Self.margin))
        }
        func curve(_ latency: KeyPath<LoadReport.Latency, Double>, _ color: String) -> String {
            let path = points.map {
                "\(x($0.report.callsPerSecond)),\(y($0.report.latency[keyPath: latency]))"
            }.joined(separator: " ")
            return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(color)\" "
                + "stroke-width=\"2\"/>"
        }
        let right = number(Self.width - Self.margin)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(Self.width)) "
                + "\(number(Self.height))\" font-family=\"sans-serif\" font-size=\"12\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>",
            axis(x(0), y(0), right, y(0)), axis(x(0), y(0), x(0), y(latencyMax)),
            "<line x1=\"\(x(0))\" y1=\"\(y(p99Bound))\" x2=\"\(right)\" y2=\"\(y(p99Bound))\" "
                + "stroke=\"#999\" stroke-dasharray=\"4 4\"/>",
            curve(\.p50, "#1f77b4"), curve(\.p99, "#d62728"),
            text(x(0), y(latencyMax), "p50 (blue) and p99 (red), ms", dy: -10),
            text(x(0), y(p99Bound), "bound \(LoadReport.text(p99Bound, 1)) ms", dy: -4),
            text(x(rateMax / 2), y(0), "calls/s", dy: 32),
        ]
        for step in 0...4 {
            let rate = rateMax * Double(step) / 4
            lines.append(text(x(rate), y(0), LoadReport.text(rate, 0), dy: 16))
        }
        return lines.joined(separator: "\n") + "\n</svg>\n"
    }

    private func number(_ value: Double) -> String { LoadReport.text(value, 1) }

    private func axis(_ x1: String, _ y1: String, _ x2: String, _ y2: String) -> String {
        "<line x1=\"\(x1)\" y1=\"\(y1)\" x2=\"\(x2)\" y2=\"\(y2)\" stroke=\"black\"/>"
    }

    private func text(_ x: String, _ y: String, _ content: String, dy: Int) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" dy=\"\(dy)\">\(content)</text>"
    }
}
