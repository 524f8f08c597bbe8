// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// One output of an answer, as every form of the answer states it.
struct InferTensor {
    private enum Elements {
        case predictions(Predictions)
        case contributions(RowContributions)
    }

    let output: InferOutput
    let datatype: TensorDatatype
    /// Rows first.
    let shape: [Int]
    private let elements: Elements

    /// What a model predicts, or its policy decides.
    init(_ output: InferOutput, _ predictions: Predictions) {
        let kind = predictions.kind
        let width = output.width(of: kind, valuesPerRow: predictions.valuesPerRow)
        self.output = output
        datatype = output.datatype(of: kind)
        shape = [predictions.rowCount] + (width.map { [$0] } ?? [])
        elements = .predictions(predictions)
    }

    /// Contributions: shape [rows, features + 1], or [rows, margins, features + 1].
    init(_ output: InferOutput, _ contributions: RowContributions) {
        let margins = contributions.outputCount == 1 ? [] : [contributions.outputCount]
        self.output = output
        datatype = .float32
        shape = [contributions.rowCount] + margins + [contributions.featureCount + 1]
        elements = .contributions(contributions)
    }

    /// The outputs of an answer, in their order.
    /// - Throws: `absentOutput` where an output is asked for that these predictions have not.
    static func list(
        _ outputs: [InferRequest.Output],
        _ predictions: Predictions,
        _ contributions: [InferOutput: RowContributions]
    ) -> [InferTensor] {
        outputs.map { asked in
            contributions[asked.output].map { InferTensor(asked.output, $0) }
                ?? InferTensor(asked.output, predictions)
        }
    }

    /// Bytes of all elements, as `append` writes them.
    var byteCount: Int {
        if let width = datatype.elementBytes { return shape.reduce(width, *) }
        return texts.reduce(0) { $0 + 4 + $1.utf8.count }
    }

    /// The elements of an output of texts; none of another one.
    var texts: [String] {
        guard case .predictions(let predictions) = elements,
            let decisions = predictions.decisions
        else { return [] }
        return switch output {
        case .band: decisions.rows.map { decisions.band($0) }
        case .decision: decisions.rows.map(\.decision.rawValue)
        case .prediction, .label, .calibrated, .points, .contributions, .columnContributions: []
        }
    }

    /// The elements of an output of double precision; none of another one.
    var doubles: [Double] {
        guard case .predictions(let predictions) = elements, output == .calibrated else {
            return []
        }
        return predictions.calibrated?.values ?? []
    }

    /// The elements of an output of single precision; none of another one.
    var numbers: [Float] {
        switch (elements, output) {
        case (.contributions(let contributions), _): contributions.values
        case (.predictions(let predictions), .prediction): predictions.values
        case (.predictions(let predictions), .points):
            (predictions.decisions?.rows ?? []).map { Float($0.points) }
        case (.predictions, _): []
        }
    }

    /// The elements of an output of classes; none of another one.
    var labels: [Int] {
        guard case .predictions(let predictions) = elements, output == .label else { return [] }
        return predictions.labels ?? []
    }

    /// Appends all elements, little-endian; each text after its length, as BYTES is.
    func append(to bytes: inout [UInt8]) {
        switch datatype {
        case .float32: bytes.append(littleEndian: numbers)
        case .float64: for number in doubles { bytes.appendLittleEndian(number.bitPattern) }
        case .bytes:
            for text in texts {
                bytes.appendLittleEndian(UInt32(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        case .uint8: bytes.append(contentsOf: labels.lazy.map { UInt8($0) })
        default: for label in labels { bytes.appendLittleEndian(label) }
        }
    }
}
