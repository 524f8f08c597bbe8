// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// Reads one tensor of texts as the cells of a model's feature: a category, or a date or boolean
/// that is written out.
struct TensorTexts {
    private let tensor: InferRequest.Tensor
    private let feature: ServedModel.Feature

    init(
        _ tensor: InferRequest.Tensor,
        feature: ServedModel.Feature
    ) throws(InferRequestError) {
        guard tensor.datatype == .bytes else {
            throw .datatype(
                tensor: tensor.name,
                found: tensor.datatype,
                wanted: "BYTES, as for every category,"
            )
        }
        self.tensor = tensor
        self.feature = feature
    }

    /// Appends a code per element, of a feature that travels as codes.
    func readCodes(from body: [UInt8], into codes: inout [UInt8]) throws(InferRequestError) {
        for cell in try cells(from: body) {
            switch cell {
            case nil: codes.append(CategoryVocabulary.missing)
            case .code(let code): codes.append(code)
            case .number: preconditionFailure("the feature travels as codes")
            }
        }
    }

    /// The elements of a feature that travels as numbers.
    func numbers(from body: [UInt8]) throws(InferRequestError) -> [Float] {
        try cells(from: body).map { cell in
            switch cell {
            case nil: .nan
            case .number(let number): number
            case .code: preconditionFailure("the feature travels as numbers")
            }
        }
    }

    /// The elements; nil for a null.
    private func cells(from body: [UInt8]) throws(InferRequestError) -> [CellText.Cell?] {
        switch tensor.content {
        case .values(let values): try cells(values)
        case .bytes(let range): try cells(body.span.extracting(range))
        }
    }

    private func cells(
        _ values: [JSONValue]
    ) throws(InferRequestError) -> [CellText.Cell?] {
        var cells: [CellText.Cell?] = []
        cells.reserveCapacity(values.count)
        for (element, value) in values.enumerated() {
            switch value {
            case .string(let text):
                let bytes = Array(text.utf8)
                cells.append(try cell(of: bytes.span, element))
            case .null: cells.append(nil)
            default:
                throw .element(tensor: tensor.name, element: element, datatype: tensor.datatype)
            }
        }
        return cells
    }

    private func cell(
        of text: Span<UInt8>,
        _ element: Int
    ) throws(InferRequestError) -> CellText.Cell {
        guard text.count <= CategoryVocabulary.textBytesMax else { throw tooLong(element) }
        do throws(CellText.Failure) {
            return try feature.cell(of: text, text.indices)
        } catch {
            switch error {
            case .category(.tooLong): throw tooLong(element)
            case .category(.nul):
                throw .notUTF8Text(tensor: tensor.name, element: element, hasNUL: true)
            case .category(.invalidUTF8):
                throw .notUTF8Text(tensor: tensor.name, element: element, hasNUL: false)
            case .notABoolean: throw cell(element, "true or false, or nothing where it is missing")
            case .notADate:
                throw cell(element, "a date such as 2024-02-29, or nothing where it is missing")
            case .notANumber, .outOfRange:
                throw cell(element, "a number of single precision")
            }
        }
    }

    private func cell(_ element: Int, _ wanted: String) -> InferRequestError {
        .cell(tensor: tensor.name, element: element, wanted: wanted)
    }

    private func tooLong(_ element: Int) -> InferRequestError {
        .textLength(
            tensor: tensor.name,
            element: element,
            limit: CategoryVocabulary.textBytesMax
        )
    }

    /// Reads texts of which each has its length in front, as 32 bits, little-endian.
    private func cells(_ bytes: Span<UInt8>) throws(InferRequestError) -> [CellText.Cell?] {
        var cells: [CellText.Cell?] = []
        var position = 0
        for element in 0..<tensor.elementCount {
            guard bytes.count - position >= 4 else {
                throw .dataLength(
                    tensor: tensor.name,
                    found: bytes.count,
                    wanted: position + 4 * (tensor.elementCount - element)
                )
            }
            let length = Int(bytes.littleEndian(UInt32.self, at: position))
            position += 4
            guard length <= bytes.count - position else { throw tooLong(element) }
            cells.append(try cell(of: bytes.extracting(position..<position + length), element))
            position += length
        }
        guard position == bytes.count else {
            throw .dataLength(tensor: tensor.name, found: bytes.count, wanted: position)
        }
        return cells
    }
}
