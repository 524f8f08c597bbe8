// SPDX-License-Identifier: Apache-2.0

internal import LoanService

/// Reads one tensor of categories as the codes of a model's feature. A text that training had not,
/// an empty one and null are unknown.
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
                guard text.utf8.count <= Self.lengthMax else {
                    throw .textLength(
                        tensor: tensor.name,
                        element: element,
                        limit: Self.lengthMax
                    )
                }
                codes.append(feature.code(of: text))
            case .null: codes.append(ServedModel.unknownCode)
            default: throw .notAText(tensor: tensor.name, element: element)
            }
        }
    }

    /// Reads texts of which each has its length in front, as 32 bits, little-endian.
    private func read(
        _ bytes: Span<UInt8>,
        into codes: inout [UInt8]
    ) throws(InferRequestError) {
        let categories = feature.categories.map { Array($0.utf8) }
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
            guard length <= min(Self.lengthMax, bytes.count - position) else {
                throw .textLength(tensor: tensor.name, element: element, limit: Self.lengthMax)
            }
            let text = bytes.extracting(position..<position + length)
            let code = categories.firstIndex { text.equals($0) }
            codes.append(code.map { UInt8($0) } ?? ServedModel.unknownCode)
            position += length
        }
        guard position == bytes.count else {
            throw .dataLength(tensor: tensor.name, found: bytes.count, wanted: position)
        }
    }

    private static let lengthMax = SampleDecoder.categoryLengthMax
}

extension Span where Element == UInt8 {
    fileprivate func equals(_ other: [UInt8]) -> Bool {
        guard count == other.count else { return false }
        for index in indices where self[index] != other[index] { return false }
        return true
    }
}
