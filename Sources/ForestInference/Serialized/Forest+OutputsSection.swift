// SPDX-License-Identifier: Apache-2.0

// The section of forests that older releases of this program would score otherwise: its version is
// that of the header.

extension Forest {
    /// What the section holds.
    struct Outputs {
        var scores: [Float]
        var margins: [Float]
        var addsBaseLast: Bool
        var sortsOutputs: Bool
        /// Where the trees of each output begin, and their number.
        var starts: [Int]
    }

    /// Whether the forest is another one than trees of one output that start from a base margin.
    var needsOutputsSection: Bool { outputCount > 1 || addsBaseLast || linear != nil }

    /// The section, or none.
    func outputsSection() -> [ForestSection] {
        guard needsOutputsSection else { return [] }
        var writer = SectionWriter()
        writer.append(UInt32(outputCount))
        writer.append((addsBaseLast ? 1 : 0) | (sortsOutputs ? 2 : 0))
        for output in 0..<outputCount {
            writer.append(UInt32(outputStarts[output + 1] - outputStarts[output]))
            writer.append(baseScores[output].bitPattern)
            writer.append(baseMargins[output].bitPattern)
        }
        return [ForestSection(id: SectionID.outputs.rawValue, bytes: writer.bytes)]
    }

    /// The section of a linear model, or none.
    func linearSection() -> [ForestSection] {
        guard let linear else { return [] }
        var writer = SectionWriter(capacity: linear.byteCount)
        for weight in linear.weights { writer.append(weight.bitPattern) }
        return [ForestSection(id: SectionID.linear.rawValue, bytes: writer.bytes)]
    }

    /// Reads the section of a linear model; nil where there is none.
    static func linear(
        _ sections: [ForestSection],
        featureCount: Int,
        outputCount: Int
    ) throws(ForestError) -> LinearModel? {
        guard var reader = try optionalReader(.linear, sections) else { return nil }
        let count = (featureCount + 1) * outputCount
        guard count <= ForestLimits.linearWeightsMax else { throw reader.fault }
        try reader.expect(byteCount: count * 4)
        var weights: [Float] = []
        weights.reserveCapacity(count)
        for _ in 0..<count {
            let weight = Float(bitPattern: try reader.word())
            guard weight.isFinite else { throw reader.fault }
            weights.append(weight)
        }
        return LinearModel(weights: weights, outputCount: outputCount)
    }

    /// Reads the section; nil where there is none.
    static func outputs(
        _ sections: [ForestSection],
        objective: Objective,
        treeCount: Int
    ) throws(ForestError) -> Outputs? {
        guard var reader = try optionalReader(.outputs, sections) else { return nil }
        let count = try reader.count(limit: ForestLimits.outputsMax)
        let flags = try reader.count(limit: 3)
        var outputs = Outputs(
            scores: [],
            margins: [],
            addsBaseLast: flags & 1 != 0,
            sortsOutputs: flags & 2 != 0,
            starts: [0]
        )
        for output in 0..<count {
            outputs.starts.append(outputs.starts[output] + (try reader.count(limit: treeCount)))
            let score = Float(bitPattern: try reader.word())
            let margin = Float(bitPattern: try reader.word())
            guard score.isFinite, objective.takesBase(score), !margin.isNaN else {
                throw reader.fault
            }
            outputs.scores.append(score)
            outputs.margins.append(margin)
        }
        try reader.finish()
        guard count > 0, outputs.starts[count] == treeCount,
            !outputs.sortsOutputs || objective == .quantileError
        else { throw reader.fault }
        return outputs
    }
}
