// SPDX-License-Identifier: Apache-2.0

package import JSON
internal import LoanService

/// Why a request for inference was rejected: what is wrong, where, and what would be right.
package enum InferRequestError: Error, Equatable, Sendable {
    /// The JSON part is not JSON.
    case json(JSONError)
    /// `Inference-Header-Content-Length` is not a length within the body; in bytes.
    case headerLength(value: String, bodyBytes: Int)
    /// A member of the JSON part is absent.
    case missing(path: String)
    /// A member that the request does not have.
    case unknownMember(path: String, known: String)
    /// A member of the JSON part has another type.
    case type(path: String, wanted: String)
    case unknownDatatype(tensor: String, name: String)
    /// The tensor's type cannot hold this feature.
    case datatype(tensor: String, found: TensorDatatype, wanted: String)
    case shape(tensor: String, shape: [Int], wanted: String)
    /// The tensors' first dimensions differ.
    case rowCounts(tensor: String, found: Int, others: Int)
    case tooManyRows(count: Int, limit: Int)
    case elementCount(tensor: String, found: Int, wanted: Int)
    /// The binary data of a tensor has another length than its shape and type; in bytes.
    case dataLength(tensor: String, found: Int, wanted: Int)
    /// The body is shorter or longer than its binary tensors together; in bytes.
    case bodyLength(found: Int, wanted: Int)
    /// Neither a prepared matrix nor a feature of the model.
    case unknownInput(name: String)
    case duplicateInput(name: String)
    case missingInput(name: String)
    /// A prepared matrix in addition to raw features.
    case mixedInputs
    /// Infinite or beyond single precision.
    case outOfRange(tensor: String, element: Int)
    /// An element is not of its tensor's datatype.
    case element(tensor: String, element: Int, datatype: TensorDatatype)
    /// An element of the right datatype is no value of its feature.
    case cell(tensor: String, element: Int, wanted: String)
    /// A text holds NUL, or is not UTF-8.
    case notUTF8Text(tensor: String, element: Int, hasNUL: Bool)
    /// The texts are said to be something else than themselves.
    case contentType(path: String, found: String)
    case textLength(tensor: String, element: Int, limit: Int)
    case unknownOutput(name: String)
    /// An output that other models have, and this one has not.
    case absentOutput(name: String, outputs: [String])
    /// Outputs of a policy are asked for, and it decides nothing here: a sentence without its end.
    case undecidable(String)
    /// There is a baseline, and no contributions that would start from it.
    case uselessBaseline
    /// Something of the protocol that is not offered.
    case notOffered(what: String)
}

extension InferRequestError: CustomStringConvertible {
    /// One line for a person, which quotes only the beginning of a long name.
    package var description: String {
        switch self {
        case .json(let error): "\(error)"
        case .headerLength(let value, let bodyBytes):
            "Inference-Header-Content-Length '\(value.excerpt)' is not a length "
                + "from 0 to \(bodyBytes)"
        case .missing(let path): "\(path) is missing"
        case .unknownMember(let path, let known):
            "\(path.excerpt) is not understood here; the body may have \(known)"
        case .type(let path, let wanted): "\(path) must be \(wanted)"
        case .unknownDatatype(let tensor, let name):
            "\(tensor.excerpt): datatype '\(name.excerpt)' is not one of "
                + TensorDatatype.allCases.map(\.rawValue).joined(separator: ", ")
        case .datatype(let tensor, let found, let wanted):
            "\(tensor.excerpt): datatype is \(found.rawValue); \(wanted) is wanted"
        case .shape(let tensor, let shape, let wanted):
            "\(tensor.excerpt): shape is \(shape); \(wanted) is wanted"
        case .rowCounts(let tensor, let found, let others):
            "\(tensor.excerpt) has \(found) rows; the inputs before it have \(others)"
        case .tooManyRows(let count, let limit):
            "the request has \(count) rows; from 1 to \(limit) are allowed"
        case .elementCount(let tensor, let found, let wanted):
            "\(tensor.excerpt): data has \(found) elements; its shape asks for \(wanted)"
        case .dataLength(let tensor, let found, let wanted):
            "\(tensor.excerpt): binary data has \(found) bytes; "
                + "its shape and datatype ask for \(wanted)"
        case .bodyLength(let found, let wanted):
            "the body has \(found) bytes of binary data; its tensors announce \(wanted)"
        case .unknownInput(let name): "the model has no input '\(name.excerpt)'"
        case .duplicateInput(let name): "input '\(name.excerpt)' is given twice"
        case .missingInput(let name):
            "input '\(name.excerpt)' is missing: send one tensor per feature, or all prepared "
                + "features as '\(InferTensorName.prepared)'"
        case .mixedInputs:
            "'\(InferTensorName.prepared)' holds all features: no other input may be given "
                + "in addition to it"
        case .outOfRange(let tensor, let element):
            "\(tensor.excerpt): element \(element) is infinite or beyond single precision"
        case .element(let tensor, let element, let datatype):
            "\(tensor.excerpt): element \(element) must be \(datatype.elementsInJSON) "
                + "(\(datatype.rawValue))"
        case .cell(let tensor, let element, let wanted):
            "\(tensor.excerpt): element \(element) must be \(wanted)"
        case .notUTF8Text(let tensor, let element, let hasNUL):
            "\(tensor.excerpt): element \(element) \(hasNUL ? "contains NUL" : "is not UTF-8")"
        case .contentType(let path, let found):
            "\(path): '\(found.excerpt)' is not offered; send numbers and plain texts, "
                + "which are np, pd or str"
        case .textLength(let tensor, let element, let limit):
            "\(tensor.excerpt): element \(element) is longer than \(limit) bytes or than its data"
        case .unknownOutput(let name):
            "the model has no output '\(name.excerpt)'; it has "
                + InferOutput.allCases.map(\.rawValue).joined(separator: ", ")
        case .absentOutput(let name, let outputs):
            "the model has no output '\(name.excerpt)': what it predicts is no label; it has "
                + outputs.joined(separator: ", ")
        case .undecidable(let reason): reason
        case .uselessBaseline:
            "parameters.baseline is what contributions start from: name one of the outputs "
                + InferOutput.contributed.map(\.rawValue).joined(separator: ", ")
        case .notOffered(let what): "\(what.excerpt) is not offered"
        }
    }
}
