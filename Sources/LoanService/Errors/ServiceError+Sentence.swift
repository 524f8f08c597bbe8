// SPDX-License-Identifier: Apache-2.0

extension ServiceError {
    /// One line for a person, for transports that have no room for fields.
    package var sentence: String {
        switch self {
        case .invalid(let problems): problems.map(\.sentence).joined(separator: "; ")
        case .notFound(let problem), .tooLarge(let problem), .forbidden(let problem),
            .conflict(let problem), .dataLoss(let problem):
            problem.sentence
        case .busy(let message, _), .unavailable(let message, _), .outOfSpace(let message),
            .deadlineExceeded(let message):
            message
        case .cancelled: "the work was cancelled"
        case .fault(let reference): "the server has made a mistake: \(reference)"
        }
    }
}

extension ServiceError: CustomStringConvertible {
    /// The sentence.
    package var description: String { sentence }
}

extension FieldProblem {
    /// The place, if there is one, and what is wrong there.
    package var sentence: String {
        let path = location.map { step in
            switch step {
            case .name(let name): name
            case .index(let index): "\(index)"
            }
        }
        return path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
    }
}
