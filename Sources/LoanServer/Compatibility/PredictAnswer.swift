// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// The answer of `/predict`.
enum PredictAnswer {
    /// `{"msg": ..., "Prediction Output": [["True", 0.976], ["False", 0.0957]]}`; of classes
    /// `["2", [0.1, 0.2, 0.7]]` or `["2"]`, of values `[3.5]` or `[[3.5, 0.25]]`. A model that is
    /// calibrated adds `"Calibrated": [0.93, 0.06]`.
    /// - Parameters:
    ///   - explanations: why each row has its score; nil where nobody has asked.
    ///   - warnings: what is not as the model knows it; nil where nobody has asked.
    static func bytes(
        _ predictions: Predictions,
        explanations: Explanations? = nil,
        warnings: [String]? = nil
    ) -> [UInt8] {
        var writer = JSONWriter(capacity: 64 + 24 * predictions.values.count)
        writer.raw(#"{"msg":"Model Inference Complete","Prediction Output":"#)
        if predictions.kind == .probability {
            writer.list(predictions.values, open: "[", close: "]") { writer, probability in
                writer.raw(probability > 0.5 ? #"["True","# : #"["False","#)
                writer.number(probability)
                writer.raw("]")
            }
        } else {
            let labels = predictions.labels
            writer.list(predictions.rows.enumerated(), open: "[", close: "]") { writer, row in
                write(row.element, labels?[row.offset], predictions.kind, to: &writer)
            }
        }
        if let calibrated = predictions.calibrated {
            writer.raw(#","Calibrated":"#)
            writer.list(calibrated.values, open: "[", close: "]") { $0.number($1) }
        }
        if let decisions = predictions.decisions {
            writer.raw(#","Decisions":"#)
            writer.decisions(decisions)
        }
        if let explanations {
            writer.raw(#","Explanations":"#)
            writer.explanations(explanations)
            if let calibrated = predictions.calibrated {
                writer.raw(#","Calibration":"#)
                writer.calibration(calibrated.calibration)
            }
        }
        if let warnings {
            writer.raw(#","Warnings":"#)
            writer.list(warnings, open: "[", close: "]") { $0.string($1) }
        }
        writer.raw("}")
        return writer.bytes
    }

    private static func write(
        _ row: ArraySlice<Float>,
        _ label: Int?,
        _ kind: Prediction,
        to writer: inout JSONWriter
    ) {
        writer.raw("[")
        if let label { writer.string("\(label)") }
        switch kind {
        case .classIndex: break
        case .probability, .classProbabilities, .value:
            if label != nil { writer.raw(",") }
            writer.values(row, isList: kind.isOfClasses || row.count > 1)
        }
        writer.raw("]")
    }
}
