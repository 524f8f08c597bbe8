// SPDX-License-Identifier: Apache-2.0

internal import JSON
package import LoanModel
internal import LoanService

/// The answer to a request for inference: a JSON part and, after it, the outputs that were asked
/// for in binary.
package struct InferAnswer: Equatable, Sendable {
    /// JSON, then the binary data.
    package let body: [UInt8]
    /// Bytes of the JSON part; nil when there is no binary data.
    package let headerLength: Int?

    /// - Parameters:
    ///   - model: the name that the request gave.
    ///   - version: the version that scored.
    ///   - predictions: what it predicts.
    ///   - contributions: those that the request asks for.
    /// - Throws: `absentOutput` where an output is asked for that these predictions have not.
    package init(
        _ request: InferRequest,
        model: String,
        version: String,
        predictions: Predictions,
        contributions: [InferOutput: RowContributions] = [:]
    ) throws(InferRequestError) {
        let outputs = try request.outputs(of: predictions)
        var writer = JSONWriter()
        writer.raw(#"{"model_name":"#)
        writer.string(model)
        writer.raw(#","model_version":"#)
        writer.string(version)
        if let id = request.id {
            writer.raw(#","id":"#)
            writer.string(id)
        }
        writer.raw(#","outputs":"#)
        writer.list(outputs, open: "[", close: "]") { writer, output in
            if let contributions = contributions[output.output] {
                Self.write(output, contributions, to: &writer)
            } else {
                Self.write(output, predictions, to: &writer)
            }
        }
        writer.raw("}")
        var bytes = writer.bytes
        let jsonBytes = bytes.count
        for output in outputs where output.isBinary {
            if let contributions = contributions[output.output] {
                bytes.append(littleEndian: contributions.values)
            } else {
                Self.append(output.output, predictions, to: &bytes)
            }
        }
        body = bytes
        headerLength = outputs.contains(where: \.isBinary) ? jsonBytes : nil
    }

    private static func write(
        _ output: InferRequest.Output,
        _ predictions: Predictions,
        to writer: inout JSONWriter
    ) {
        let kind = predictions.kind
        let datatype = output.output.datatype(of: kind)
        let width = output.output.width(of: kind, valuesPerRow: predictions.valuesPerRow)
        writer.raw(#"{"name":"#)
        writer.string(output.output.rawValue)
        let shape = ([predictions.rowCount] + (width.map { [$0] } ?? []))
            .map { "\($0)" }.joined(separator: ",")
        writer.raw(#","datatype":"\#(datatype.rawValue)","shape":[\#(shape)]"#)
        if output.isBinary {
            let size =
                datatype.elementBytes.map { predictions.rowCount * (width ?? 1) * $0 }
                ?? output.output.texts(predictions.decisions).reduce(0) { $0 + 4 + $1.utf8.count }
            writer.raw(#","parameters":{"binary_data_size":\#(size)}}"#)
            return
        }
        writer.raw(#","data":"#)
        switch output.output {
        case .prediction:
            writer.list(predictions.values, open: "[", close: "]") { $0.number($1) }
        case .label:
            writer.list(predictions.labels ?? [], open: "[", close: "]") { $0.raw("\($1)") }
        case .points:
            let rows = predictions.decisions?.rows ?? []
            writer.list(rows, open: "[", close: "]") { $0.number(Float($1.points)) }
        case .band, .decision:
            let texts = output.output.texts(predictions.decisions)
            writer.list(texts, open: "[", close: "]") { $0.string($1) }
        case .contributions, .columnContributions: writer.raw("[]")
        }
        writer.raw("}")
    }

    private static func append(
        _ output: InferOutput,
        _ predictions: Predictions,
        to bytes: inout [UInt8]
    ) {
        switch output {
        case .prediction:
            bytes.append(littleEndian: predictions.values)
        case .label:
            let labels = predictions.labels ?? []
            if predictions.kind == .probability {
                bytes.append(contentsOf: labels.lazy.map { UInt8($0) })
            } else {
                for label in labels { bytes.appendLittleEndian(label) }
            }
        case .points:
            for row in predictions.decisions?.rows ?? [] {
                bytes.appendLittleEndian(Float(row.points).bitPattern)
            }
        case .band, .decision:
            // Each text after its length, as the binary data of BYTES is.
            for text in output.texts(predictions.decisions) {
                bytes.appendLittleEndian(UInt32(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            }
        case .contributions, .columnContributions: break
        }
    }
}

extension InferOutput {
    /// The elements of an output of texts; none of another one.
    fileprivate func texts(_ decisions: Decisions?) -> [String] {
        guard let decisions else { return [] }
        return switch self {
        case .band: decisions.rows.map { decisions.band($0) }
        case .decision: decisions.rows.map(\.decision.rawValue)
        case .prediction, .label, .points, .contributions, .columnContributions: []
        }
    }
}
