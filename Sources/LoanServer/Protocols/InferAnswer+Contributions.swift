// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel

extension InferAnswer {
    /// Writes contributions: shape [rows, features + 1], or [rows, margins, features + 1].
    static func write(
        _ output: InferRequest.Output,
        _ contributions: RowContributions,
        to writer: inout JSONWriter
    ) {
        let margins = contributions.outputCount == 1 ? [] : [contributions.outputCount]
        let shape = [contributions.rowCount] + margins + [contributions.featureCount + 1]
        writer.raw(#"{"name":"#)
        writer.string(output.output.rawValue)
        let sizes = shape.map { "\($0)" }.joined(separator: ",")
        let datatype = TensorDatatype.float32.rawValue
        writer.raw(#","datatype":"\#(datatype)","shape":[\#(sizes)]"#)
        if output.isBinary {
            let size = shape.reduce(MemoryLayout<Float>.size, *)
            writer.raw(#","parameters":{"binary_data_size":\#(size)}}"#)
        } else {
            writer.raw(#","data":"#)
            writer.list(contributions.values, open: "[", close: "]") { $0.number($1) }
            writer.raw("}")
        }
    }
}

extension [UInt8] {
    /// Appends numbers as tensors have them.
    mutating func append(littleEndian values: [Float]) {
        reserveCapacity(count + 4 * values.count)
        for value in values { appendLittleEndian(value.bitPattern) }
    }
}
