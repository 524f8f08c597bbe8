// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService
internal import Machine

/// Reads the numbers of one tensor as float32, rounded once. NaN and null are missing; infinities,
/// numbers beyond single precision and what is not of the tensor's datatype are refused.
struct TensorNumbers {
    private let tensor: InferRequest.Tensor
    private let rowCount: Int
    private let columnCount: Int
    private var isBoolean = false

    /// The elements of one raw feature: a number or a boolean.
    init(
        _ tensor: InferRequest.Tensor,
        _ feature: ServedModel.Feature
    ) throws(InferRequestError) {
        guard feature.kind != .date, feature.kind != .category else {
            throw .datatype(
                tensor: tensor.name,
                found: tensor.datatype,
                wanted: feature.kind == .date
                    ? "BYTES, such as 2024-02-29," : "BYTES, as for every category,"
            )
        }
        try self.init(tensor)
        isBoolean = feature.kind == .boolean
    }

    /// - Parameter columnCount: columns of the tensor, whose elements lie row after row.
    init(_ tensor: InferRequest.Tensor, columnCount: Int = 1) throws(InferRequestError) {
        guard tensor.datatype != .bytes else {
            throw .datatype(
                tensor: tensor.name,
                found: tensor.datatype,
                wanted: "FP32, FP64 or an integer type"
            )
        }
        self.tensor = tensor
        self.columnCount = columnCount
        rowCount = tensor.elementCount / columnCount
    }

    /// Writes the numbers into `target` from `offset` on, column after column.
    func read(
        from body: [UInt8],
        into target: inout [Float],
        at offset: Int
    ) throws(InferRequestError) {
        switch tensor.content {
        case .values(let values): try read(values, into: &target, at: offset)
        case .bytes(let range):
            var results = target.mutableSpan
            let bytes = body.span.extracting(range)
            if tensor.datatype == .bool { try checkTruth(bytes) }
            read(bytes, into: &results, at: offset)
        }
        let part = target.span.extracting(offset..<offset + tensor.elementCount)
        if let position = part.firstInfinity {
            let (column, row) = position.quotientAndRemainder(dividingBy: rowCount)
            throw .outOfRange(tensor: tensor.name, element: row * columnCount + column)
        }
        if isBoolean { try checkBooleans(part) }
    }

    private func checkBooleans(_ numbers: Span<Float>) throws(InferRequestError) {
        for element in numbers.indices {
            let number = numbers[element]
            guard number.isNaN || number == 0 || number == 1 else {
                throw .cell(
                    tensor: tensor.name,
                    element: element,
                    wanted: "0 or 1, or NaN where it is missing"
                )
            }
        }
    }

    // MARK: JSON

    private func read(
        _ values: [JSONValue],
        into target: inout [Float],
        at offset: Int
    ) throws(InferRequestError) {
        for (element, value) in values.enumerated() {
            let (row, column) = element.quotientAndRemainder(dividingBy: columnCount)
            guard let number = tensor.datatype.number(value) else {
                throw wrong(element)
            }
            target[offset + column * rowCount + row] = number
        }
    }

    private func wrong(_ element: Int) -> InferRequestError {
        .element(tensor: tensor.name, element: element, datatype: tensor.datatype)
    }

    // MARK: Binary

    /// A byte of BOOL is 0 or 1.
    private func checkTruth(_ bytes: Span<UInt8>) throws(InferRequestError) {
        for element in bytes.indices where bytes[element] > 1 { throw wrong(element) }
    }

    /// Reads little-endian elements.
    private func read(
        _ bytes: Span<UInt8>,
        into target: inout MutableSpan<Float>,
        at offset: Int
    ) {
        switch tensor.datatype {
        case .float32:
            var columns = target.extracting(offset..<offset + tensor.elementCount)
            LittleEndianFloats.readColumns(
                of: bytes,
                rowCount: rowCount,
                columnCount: columnCount,
                into: &columns
            )
        case .float64:
            transpose(bytes, into: &target, at: offset) { (bits: UInt64) in
                Float(Double(bitPattern: bits))
            }
        case .bool, .uint8:
            transpose(bytes, into: &target, at: offset) { (value: UInt8) in Float(value) }
        case .uint16:
            transpose(bytes, into: &target, at: offset) { (value: UInt16) in Float(value) }
        case .uint32:
            transpose(bytes, into: &target, at: offset) { (value: UInt32) in Float(value) }
        case .uint64:
            transpose(bytes, into: &target, at: offset) { (value: UInt64) in Float(value) }
        case .int8: transpose(bytes, into: &target, at: offset) { (value: Int8) in Float(value) }
        case .int16: transpose(bytes, into: &target, at: offset) { (value: Int16) in Float(value) }
        case .int32: transpose(bytes, into: &target, at: offset) { (value: Int32) in Float(value) }
        case .int64: transpose(bytes, into: &target, at: offset) { (value: Int64) in Float(value) }
        case .bytes: preconditionFailure("texts are refused by init")
        }
    }

    @inline(__always)
    private func transpose<Stored: FixedWidthInteger>(
        _ bytes: Span<UInt8>,
        into target: inout MutableSpan<Float>,
        at offset: Int,
        _ number: (Stored) -> Float
    ) {
        let width = Stored.bitWidth / 8
        for column in 0..<columnCount {
            for row in 0..<rowCount {
                let start = (row &* columnCount &+ column) &* width
                target[offset &+ column &* rowCount &+ row] = number(
                    bytes.littleEndian(Stored.self, at: start)
                )
            }
        }
    }
}
