// SPDX-License-Identifier: Apache-2.0

extension ServiceError {
    /// One line for a person, for transports that have no room for fields.
    /// - Parameter name: what the transport calls an input; nil leaves it out.
    package func sentence(naming name: (RequestInput) -> String?) -> String {
        switch self {
        case .invalid(let problems):
            problems.map { $0.sentence(naming: name) }.joined(separator: "; ")
        case .notFound(let problem), .tooLarge(let problem), .forbidden(let problem),
            .conflict(let problem), .dataLoss(let problem):
            problem.sentence(naming: name)
        case .busy(let message, _), .unavailable(let message, _), .outOfSpace(let message),
            .deadlineExceeded(let message):
            message
        case .cancelled: "the work was cancelled"
        case .fault(let reference): "the server has made a mistake: \(reference)"
        }
    }

    /// The same for logs and for warnings, whose readers may have come by any transport.
    package var sentence: String { sentence(naming: \.description) }
}

extension ServiceError: CustomStringConvertible {
    /// The sentence.
    package var description: String { sentence }
}

extension FieldProblem {
    /// The place, if there is one, and what is wrong there.
    package func sentence(naming name: (RequestInput) -> String?) -> String {
        let path = location.compactMap { step in
            switch step {
            case .input(let input): name(input)
            case .name(let name): name
            case .index(let index): "\(index)"
            }
        }
        return path.isEmpty ? message : "\(path.joined(separator: ".")): \(message)"
    }
}
