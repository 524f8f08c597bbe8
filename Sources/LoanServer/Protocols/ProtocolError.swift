// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
package import LoanService

/// Why a call of the field's protocols (Open Inference Protocol, KServe v1, SageMaker) was refused.
package enum ProtocolError: Error, Equatable, Sendable {
    case request(InferRequestError)
    /// A message of gRPC that is none.
    case message(InferMessageError)
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
        switch self {
        case .request(.textLength): refusal(413)
        case .mediaType: refusal(415)
        case .request, .message: refusal(400)
        // What is 422 in the documented calls is 400 in these protocols.
        case .service(.invalid): refusal(400)
        case .service(let error): refusal(ErrorResponse(error))
        case .unknownVersion, .noModelNamed: refusal(404)
        case .notAcceptable: refusal(406)
        case .notOffered: refusal(501)
        }
    }

    private func refusal(_ status: Int) -> HTTPAnswer {
        RefusalForm.error.answer(status, description)
    }

    private func refusal(_ documented: ErrorResponse) -> HTTPAnswer {
        refusal(documented.status).retrying(after: documented.retryAfterSeconds)
    }
}

extension ProtocolError: CustomStringConvertible {
    /// One line for a person.
    package var description: String {
        switch self {
        case .request(let error): "\(error)"
        case .message(let error): "\(error)"
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
