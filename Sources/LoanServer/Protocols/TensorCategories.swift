// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanService

/// Reads one tensor of categories as the codes of a model's feature.
struct TensorCategories {
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

    /// Appends a code per element.
    func read(from body: [UInt8], into codes: inout [UInt8]) throws(InferRequestError) {
        switch tensor.content {
        case .values(let values): try read(values, into: &codes)
        case .bytes(let range): try read(body.span.extracting(range), into: &codes)
        }
    }

    private func read(
        _ values: [JSONValue],
        into codes: inout [UInt8]
    ) throws(InferRequestError) {
        for (element, value) in values.enumerated() {
            switch value {
            case .string(let text):
                let bytes = Array(text.utf8)
                codes.append(try code(of: bytes.span, element))
            case .null: codes.append(ServedModel.missingCode)
            default:
                throw .element(tensor: tensor.name, element: element, datatype: tensor.datatype)
            }
        }
    }

    private func code(
        of text: Span<UInt8>,
        _ element: Int
    ) throws(InferRequestError) -> UInt8 {
        do throws(CategoryVocabulary.Failure) {
            return try feature.vocabulary.code(of: text, text.indices)
        } catch {
            switch error {
            case .tooLong:
                throw .textLength(
                    tensor: tensor.name,
                    element: element,
                    limit: CategoryVocabulary.textBytesMax
                )
            case .nul: throw .notUTF8Text(tensor: tensor.name, element: element, hasNUL: true)
            case .invalidUTF8:
                throw .notUTF8Text(tensor: tensor.name, element: element, hasNUL: false)
            }
        }
    }

    /// Reads texts of which each has its length in front, as 32 bits, little-endian.
    private func read(
        _ bytes: Span<UInt8>,
        into codes: inout [UInt8]
    ) throws(InferRequestError) {
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
            guard length <= bytes.count - position else {
                throw .textLength(
                    tensor: tensor.name,
                    element: element,
                    limit: CategoryVocabulary.textBytesMax
                )
            }
            codes.append(try code(of: bytes.extracting(position..<position + length), element))
            position += length
        }
        guard position == bytes.count else {
            throw .dataLength(tensor: tensor.name, found: bytes.count, wanted: position)
        }
    }
}
