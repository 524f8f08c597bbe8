// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
package import Protobuf

/// The scores of a batch, in the order of its rows.
public struct PredictResponse: Sendable, Equatable {
    /// Probabilities of default, in [0, 1]; empty where there are `values`.
    public var probabilities: [Float] = []
    /// 1 where the probability is above 0.5, else 0; likewise.
    public var labels: [UInt8] = []
    /// Scores before the link, where asked for: row after row, as many for each.
    public var margins: [Float] = []
    /// Which loading of the model answered.
    public var generation: UInt64 = 0
    /// Values of each row, of a model whose prediction is not a probability; else 0.
    public var valuesPerRow = 0
    /// What such a model predicts, row after row.
    public var values: [Float] = []
    /// What raw features add to the margins, where asked for: row after row and margin after margin
    /// a value a feature, in the order of the schema, and the base value.
    public var contributions: [Float] = []
    /// The same by column of the prepared matrix.
    public var columnContributions: [Float] = []
    /// What the policy of the model makes of the rows, where asked for.
    public var decisions: PredictDecisions?
    /// Calibrated probabilities of default, in [0, 1], where asked for.
    public var calibrated: [Double] = []

    /// Rows that are answered.
    package var rowCount: Int {
        valuesPerRow > 0 ? values.count / valuesPerRow : probabilities.count
    }

    /// An empty response.
    public init() {}

    /// Decodes the message; unknown fields are skipped.
    package init(walking bytes: RawSpan) throws(MessageError) {
        var fields = ProtobufFields(fieldsMax: 1024)
        while let field = try fields.next(in: bytes) {
            switch (field.number, field.wireType) {
            case (1, .bytes): probabilities = try Self.numbers(field.contents.range, of: bytes)
            case (2, .bytes): labels = bytes.extracting(field.contents.range).copied()
            case (3, .bytes): margins = try Self.numbers(field.contents.range, of: bytes)
            case (4, .fixed64): generation = field.value
            case (5, .varint): valuesPerRow = Int(UInt32(truncatingIfNeeded: field.value))
            case (6, .bytes): values = try Self.numbers(field.contents.range, of: bytes)
            case (7, .bytes): contributions = try Self.numbers(field.contents.range, of: bytes)
            case (8, .bytes):
                columnContributions = try Self.numbers(field.contents.range, of: bytes)
            case (9, .bytes): calibrated = try Self.numbers(field.contents.range, of: bytes)
            case (10...15, _):
                var decided = decisions ?? PredictDecisions()
                try decided.read(field, of: bytes)
                decisions = decided
            case (1...9, _): throw .malformed("a field of the answer has another wire type")
            default: break
            }
        }
        guard labels.count == probabilities.count else {
            throw .malformed("the answer has not as many labels as probabilities")
        }
        guard valuesPerRow == 0 ? values.isEmpty : values.count % valuesPerRow == 0 else {
            throw .malformed("the answer has not as many values for each row")
        }
        guard margins.isEmpty || rowCount > 0 && margins.count % rowCount == 0 else {
            throw .malformed("the answer has not as many margins for each row")
        }
        guard calibrated.isEmpty || calibrated.count == rowCount else {
            throw .malformed("the answer has not a calibrated probability for each row")
        }
        guard decisions?.isComplete(rowCount: rowCount) ?? true else {
            throw .malformed("the answer has not a decision for each row")
        }
        for part in [contributions, columnContributions] where !part.isEmpty {
            guard rowCount > 0, part.count % rowCount == 0 else {
                throw .malformed("the answer has not as many contributions for each row")
            }
        }
    }

    private static func numbers<Number: BinaryFloatingPoint & BitwiseCopyable>(
        _ range: Range<Int>,
        of bytes: RawSpan
    ) throws(MessageError) -> [Number] {
        let width = MemoryLayout<Number>.size
        guard range.count % width == 0 else { throw .malformed("a column of floats is cut") }
        var values = [Number](repeating: 0, count: range.count / width)
        var span = values.mutableSpan
        span.copy(range, of: bytes, to: 0)
        return values
    }
}
