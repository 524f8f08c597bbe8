// SPDX-License-Identifier: Apache-2.0

internal import DecisionRecord
internal import LoanModel

/// What was answered of a row, by the names of its context. A number without a name is said as it
/// is.
extension RecordedDecisions {
    /// The band of a row of the frame.
    func band(ofRow row: Int) -> String {
        let index = Int(frame.bands[frame.bands.startIndex + row])
        let names = context.content.bands
        return names.indices.contains(index) ? names[index] : "band \(index)"
    }

    /// The decision of a row of the frame.
    func decision(ofRow row: Int) -> String {
        let rank = Int(frame.outcomes[frame.outcomes.startIndex + row])
        return Decision.allCases.first { $0.rank == rank }?.rawValue ?? "decision \(rank)"
    }

    /// The codes of the rules that held for a row of the frame.
    func rules(ofRow row: Int) -> [String] {
        guard !frame.rules.isEmpty else { return [] }
        let (bits, codes) = (frame.rules[row], context.content.rules)
        return (0..<UInt64.bitWidth).filter { bits >> UInt64($0) & 1 == 1 }.map { index in
            codes.indices.contains(index) ? codes[index] : "rule \(index)"
        }
    }
}

extension DecisionContext {
    /// The name of a feature by its index.
    func name(ofFeature index: Int) -> String {
        features.indices.contains(index) ? features[index].name : "feature \(index)"
    }
}

extension RecordedDecisions {
    /// What was answered of a row of the frame, apart from reasons: names and texts.
    package func answers(ofRow row: Int) -> [(name: String, text: String)] {
        func list(_ values: RecordColumn<Float>, _ perRow: Int) -> String {
            (row * perRow..<(row + 1) * perRow).map { "\(values[$0])" }.joined(separator: " ")
        }
        var answers = [
            ("margin", list(frame.margins, context.content.marginCount)),
            ("prediction", list(frame.values, context.content.valueCount)),
        ]
        if !frame.calibrated.isEmpty { answers.append(("calibrated", "\(frame.calibrated[row])")) }
        if !frame.points.isEmpty { answers.append(("points", "\(frame.points[row])")) }
        if !frame.bands.isEmpty { answers.append(("band", band(ofRow: row))) }
        if !frame.outcomes.isEmpty { answers.append(("decision", decision(ofRow: row))) }
        let held = rules(ofRow: row)
        if !held.isEmpty { answers.append(("rules", held.joined(separator: " "))) }
        return answers
    }
}

extension RecordedReasons {
    /// Where the reasons of each row begin, and where those of the last one end.
    var starts: [Int] {
        var starts = [0]
        starts.reserveCapacity(counts.count + 1)
        for count in counts { starts.append(starts[starts.count - 1] + Int(count)) }
        return starts
    }

    /// What a reason adds to the margin, as it was answered.
    func contribution(at place: Int) -> Float { Float(Double(contributions[place]) * unit) }
}
