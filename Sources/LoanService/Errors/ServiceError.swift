// SPDX-License-Identifier: Apache-2.0

/// Why an operation was refused or failed. Each transport maps the cases to its own status once.
package enum ServiceError: Error, Equatable, Sendable {
    /// The request or the data it names does not fit; one problem per field.
    case invalid([FieldProblem])
    /// What the request names does not exist.
    case notFound(FieldProblem)
    /// Larger than a limit.
    case tooLarge(FieldProblem)
    /// The server may not touch what the request names.
    case forbidden(FieldProblem)
    /// Things that do not belong together, or a lost race.
    case conflict(FieldProblem)
    /// A stored artifact is damaged.
    case dataLoss(FieldProblem)
    /// The same kind of work is under way.
    case busy(message: String, retryAfterSeconds: Int)
    /// Storage or another part is out of reach for now.
    case unavailable(message: String, retryAfterSeconds: Int)
    /// No room is left to write.
    case outOfSpace(message: String)
    case cancelled
    /// The caller's time, or the server's limit of it, is over.
    case deadlineExceeded(message: String)
    /// Our own mistake; `reference` finds the log line.
    case fault(reference: String)

    /// One problem with one field.
    package static func invalid(
        _ field: RequestField,
        _ message: String,
        kind: String = "value_error"
    ) -> Self {
        .invalid([FieldProblem(field, message, kind: kind)])
    }
}

/// What is wrong with which field.
package struct FieldProblem: Equatable, Sendable {
    /// The field and, inside it, names and 0-based indices.
    package let location: [LocationStep]
    /// One line for a person: what is wrong and what would be right.
    package let message: String
    /// A stable word for programs, in the manner of pydantic: `value_error.missing`.
    package let kind: String

    /// Bytes of a message.
    package static let messageBytesMax = 1 << 10

    /// What a caller named is told in part where it is long: an answer of problems is not much
    /// larger than their number asks for.
    package init(location: [LocationStep], message: String, kind: String) {
        self.location = location.map(\.excerpt)
        self.message = message.cut(bytesMax: Self.messageBytesMax)
        self.kind = kind
    }

    package init(_ field: RequestField, _ message: String, kind: String = "value_error") {
        self.init(location: [.name(field.rawValue)], message: message, kind: kind)
    }
}

/// A step into a request.
package enum LocationStep: Equatable, Sendable {
    case name(String)
    case index(Int)

    /// The same, with the beginning of a long name only.
    fileprivate var excerpt: Self {
        if case .name(let name) = self { .name(name.excerpt) } else { self }
    }
}

/// The fields of all requests, by their documented names.
package enum RequestField: String, Sendable {
    case backend
    case bucket
    case key
    case size
    case seed
    case format
    case parameters
    case sample
    case dataKey = "data_key"
    case modelKey = "model_key"
    case modelName = "model_name"
    case targetPath = "target_path"
    case localPath = "local_path"
    case localDataPath = "local_data_path"
    case localModelPath = "local_model_path"
    case preprocessorPath = "preprocessor_path"
    case csvPayload = "csv_payload"
}
