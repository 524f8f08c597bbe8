// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
package import LoanService

/// Why a call of the field's protocols (Open Inference Protocol, KServe v1, SageMaker) was refused.
package enum ProtocolError: Error, Equatable, Sendable {
    case request(InferRequestError)
    case service(ServiceError)
    /// The version that the path names is not served.
    case unknownVersion(model: String, version: String, served: String)
    /// The call needs a model and does not say which.
    case noModelNamed(header: String, served: [String])
    /// The body is in a form that is not read.
    case mediaType(found: String)
    /// The caller takes none of the forms that answers have.
    case notAcceptable(asked: String, offered: [String])
    case notOffered(what: String)

    /// `{"error": ...}`, the shape that clients of these protocols read.
    var answer: HTTPAnswer {
        RefusalForm.error.answer(status, description).retrying(after: retryAfterSeconds)
    }

    private var status: Int {
        switch self {
        case .request(.textLength): 413
        case .mediaType: 415
        case .request: 400
        // What is 422 in the documented calls is 400 in these protocols.
        case .service(.invalid): 400
        case .service(let error): ErrorResponse(error).status
        case .unknownVersion, .noModelNamed: 404
        case .notAcceptable: 406
        case .notOffered: 501
        }
    }

    private var retryAfterSeconds: Int? {
        if case .service(let error) = self { ErrorResponse(error).retryAfterSeconds } else { nil }
    }

}

extension ProtocolError: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        switch self {
        case .request(let error): "\(error)"
        case .service(let error): error.sentenceOfFields
        case .unknownVersion(let model, let version, let served):
            "model '\(model)' has version '\(served)' in service, not '\(version.excerpt)'"
        case .noModelNamed(let header, let served):
            served.isEmpty
                ? "no model is loaded: load one first"
                : "several models are served: name one of them in \(header): "
                    + served.joined(separator: ", ")
        case .mediaType(let found):
            "Content-Type '\(found.excerpt)' is not offered; text/csv and application/json are"
        case .notAcceptable(let asked, let offered):
            "Accept '\(asked.excerpt)' takes none of \(offered.joined(separator: ", "))"
        case .notOffered(let what): "\(what.excerpt) is not offered"
        }
    }
}
