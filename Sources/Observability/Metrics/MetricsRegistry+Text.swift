// SPDX-License-Identifier: Apache-2.0
//
// Prometheus's text format, version 0.0.4:
// https://prometheus.io/docs/instrumenting/exposition_formats/

extension MetricsRegistry {
    /// The type of `text` for HTTP.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All metrics as Prometheus reads them: families and series in a fixed order.
    package var text: String {
        var text = ""
        for family in snapshot {
            text += "# HELP \(family.name) \(Self.escaped(family.help, quotes: false))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            let ordered = family.series.sorted {
                $0.key.lexicographicallyPrecedes($1.key)
            }
            for (labels, series) in ordered { Self.write(series, of: family, labels, to: &text) }
        }
        return text
    }

    private static func write(
        _ series: MetricFamily.Series,
        of family: MetricFamily,
        _ labels: [MetricLabel],
        to text: inout String
    ) {
        switch series {
        case .counter(let counter):
            line(family.name, labels, "\(counter.value)", to: &text)
        case .gauge(let gauge): line(family.name, labels, number(gauge.value), to: &text)
        case .observed(let value):
            if let value = value() { line(family.name, labels, number(value), to: &text) }
        case .histogram(let histogram):
            let (counts, sum) = histogram.snapshot
            var running: UInt64 = 0
            for (index, count) in counts.enumerated() {
                running += count
                let isLast = index == counts.count - 1
                let bound = MetricLabel(
                    name: "le",
                    value: isLast ? "+Inf" : number(family.bounds[index])
                )
                line(family.name + "_bucket", labels + [bound], "\(running)", to: &text)
            }
            line(family.name + "_sum", labels, number(sum), to: &text)
            line(family.name + "_count", labels, "\(running)", to: &text)
        }
    }

    private static func line(
        _ name: String,
        _ labels: [MetricLabel],
        _ value: String,
        to text: inout String
    ) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
