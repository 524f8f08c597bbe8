// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
package import Protobuf

/// The scores of a batch: one value a row, in the order of the rows.
public struct PredictResponse: Sendable, Equatable {
    /// Probabilities of default, in [0, 1].
    public var probabilities: [Float] = []
    /// 1 where the probability is above 0.5, else 0.
    public var labels: [UInt8] = []
    /// Log-odds, where asked for.
    public var margins: [Float] = []
    /// Which loading of the model answered.
    public var generation: UInt64 = 0

    /// An empty response.
    public init() {}

    /// Decodes the message; unknown fields are skipped.
    package init(walking bytes: RawSpan) throws(MessageError) {
        var fields = ProtobufFields(fieldsMax: 1024)
        while let field = try fields.next(in: bytes) {
            switch (field.number, field.wireType) {
            case (1, .bytes): probabilities = try Self.floats(field.contents.range, of: bytes)
            case (2, .bytes): labels = bytes.extracting(field.contents.range).copied()
            case (3, .bytes): margins = try Self.floats(field.contents.range, of: bytes)
            case (4, .fixed64): generation = field.value
            case (1...4, _): throw .malformed("a field of the answer has another wire type")
            default: break
            }
        }
        guard labels.count == probabilities.count else {
            throw .malformed("the answer has not as many labels as probabilities")
        }
    }

    private static func floats(
        _ range: Range<Int>,
        of bytes: RawSpan
    ) throws(MessageError) -> [Float] {
        guard range.count % 4 == 0 else { throw .malformed("a column of floats is cut") }
        var values = [Float](repeating: 0, count: range.count / 4)
        var span = values.mutableSpan
        span.copy(range, of: bytes, to: 0)
        return values
    }
}
