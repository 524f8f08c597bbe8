// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

/// The columns of a batch that are carried by their names: some rows of one message, whose bytes
/// it keeps. The message has been validated.
package struct ColumnBatch: Sendable {
    private let message: ByteBuffer
    private let columns: [NamedColumn]
    private let rows: Range<Int>

    /// What `codes` has for a value that is not listed.
    package static let unlisted = UInt32.max - 1
    /// What `codes` has for a missing value.
    package static let missing = UInt32.max

    init(_ message: PredictMessage, rows: Range<Int>, in buffer: ByteBuffer) {
        self.message = buffer
        self.rows = rows
        // What has been validated is well-formed; the limit was checked with it.
        var limits = RPCLimits()
        limits.dictionaryTextsMax = buffer.readableBytes
        columns =
            (try? message.namedColumns(in: buffer.readableBytesSpan, limits: limits)) ?? []
    }

    /// How many rows there are.
    package var rowCount: Int { rows.count }

    /// How many columns there are.
    package var count: Int { columns.count }

    /// Whether a column has this name, compared by bytes.
    package func isNamed(_ index: Int, _ name: String) -> Bool {
        let range = columns[index].name.range
        guard name.utf8.count == range.count else { return false }
        let bytes = message.readableBytesSpan
        var offset = range.lowerBound
        for byte in name.utf8 {
            guard bytes.byte(at: offset) == byte else { return false }
            offset += 1
        }
        return true
    }

    /// The name of a column, with what is not UTF-8 replaced.
    package func name(_ index: Int) -> String {
        columns[index].text(in: message.readableBytesSpan)
    }

    /// How the values of a column are written.
    package func form(_ index: Int) -> NamedColumn.Form { columns[index].form }

    /// Whether the codes of a column stand for texts of the message.
    package func hasTexts(_ index: Int) -> Bool { columns[index].textCount > 0 }

    /// The texts that the codes of a column stand for, in order.
    package func texts(_ index: Int) -> [[UInt8]] {
        let column = message.readableBytesSpan.extracting(columns[index].place.range)
        var texts: [[UInt8]] = []
        texts.reserveCapacity(columns[index].textCount)
        var fields = ProtobufFields(fieldsMax: .max)
        while let field = try? fields.next(in: column) {
            guard field.number == 7 else { continue }
            texts.append(column.extracting(field.contents.range).copied())
        }
        return texts
    }

    /// The numbers of a column of float32 or float64, each rounded to float32; nil for codes.
    package func numbers(_ index: Int) -> [Float]? {
        switch columns[index].form {
        case .float32: values(index, of: Float.self, filler: 0)
        case .float64: values(index, of: Double.self, filler: 0).map { Float($0) }
        case .codes8, .codes16, .codes32: nil
        }
    }

    /// The codes of a column, the two that stand for no code as `unlisted` and `missing`; nil for
    /// numbers.
    package func codes(_ index: Int) -> [UInt32]? {
        switch columns[index].form {
        case .codes8: Self.wide(values(index, of: UInt8.self, filler: 0))
        case .codes16: Self.wide(values(index, of: UInt16.self, filler: 0))
        case .codes32: values(index, of: UInt32.self, filler: 0)
        case .float32, .float64: nil
        }
    }

    private func values<Value: BitwiseCopyable>(
        _ index: Int,
        of type: Value.Type,
        filler: Value
    ) -> [Value] {
        let column = columns[index]
        let start = Int(column.values.start) + rows.lowerBound * column.form.width
        var values = [Value](repeating: filler, count: rows.count)
        var target = values.mutableSpan
        target.copy(
            start..<start + rows.count * column.form.width,
            of: message.readableBytesSpan,
            to: 0
        )
        return values
    }

    private static func wide<Code: FixedWidthInteger & UnsignedInteger>(
        _ codes: [Code]
    ) -> [UInt32] {
        codes.map { code in
            code >= Code.max - 1 ? missing - UInt32(Code.max - code) : UInt32(code)
        }
    }
}
