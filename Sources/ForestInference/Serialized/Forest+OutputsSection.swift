// SPDX-License-Identifier: Apache-2.0

// The section of forests that older releases of this program would score otherwise: its version is
// that of the header.

extension Forest {
    /// What the section holds.
    struct Outputs {
        var scores: [Float]
        var margins: [Float]
        var addsBaseLast: Bool
        /// Where the trees of each output begin, and their number.
        var starts: [Int]
    }

    /// Whether the forest has more than one output that starts from its base margin.
    var needsOutputsSection: Bool { outputCount > 1 || addsBaseLast }

    /// The section, or none.
    func outputsSection() -> [ForestSection] {
        guard needsOutputsSection else { return [] }
        var writer = SectionWriter()
        writer.append(UInt32(outputCount))
        writer.append(addsBaseLast ? 1 : 0)
        for output in 0..<outputCount {
            writer.append(UInt32(outputStarts[output + 1] - outputStarts[output]))
            writer.append(baseScores[output].bitPattern)
            writer.append(baseMargins[output].bitPattern)
        }
        return [ForestSection(id: SectionID.outputs.rawValue, bytes: writer.bytes)]
    }

    /// Reads the section; nil where there is none.
    static func outputs(
        _ sections: [ForestSection],
        objective: Objective,
        treeCount: Int
    ) throws(ForestError) -> Outputs? {
        let id = SectionID.outputs.rawValue
        let matching = sections.filter { $0.id == id }
        guard !matching.isEmpty else { return nil }
        guard matching.count == 1 else { throw .invalidSection(id) }
        var reader = SectionReader(matching[0])
        let count = try reader.count(limit: ForestLimits.outputsMax)
        let addsBaseLast = try reader.count(limit: 1) == 1
        var outputs = Outputs(scores: [], margins: [], addsBaseLast: addsBaseLast, starts: [0])
        for output in 0..<count {
            outputs.starts.append(outputs.starts[output] + (try reader.count(limit: treeCount)))
            let score = Float(bitPattern: try reader.word())
            let margin = Float(bitPattern: try reader.word())
            guard score.isFinite, objective.takesBase(score), margin.isFinite else {
                throw reader.fault
            }
            outputs.scores.append(score)
            outputs.margins.append(margin)
        }
        try reader.finish()
        guard count > 0, outputs.starts[count] == treeCount else { throw reader.fault }
        return outputs
    }
}
