// SPDX-License-Identifier: Apache-2.0

/// What is wrong with which part of a request.
package struct FieldProblem: Equatable, Sendable {
    /// The input or the field and, inside it, names and 0-based indices.
    package let location: [LocationStep]
    /// One line for a person: what is wrong and what would be right.
    package let message: String
    /// The same for programs.
    package let kind: ProblemKind

    /// Bytes of a message.
    package static let messageBytesMax = 1 << 10

    /// Names that the caller chose are cut, so that an answer grows with the number of problems
    /// only.
    package init(location: [LocationStep], message: String, kind: ProblemKind) {
        self.location = location.map(\.excerpt)
        self.message = message.cut(bytesMax: Self.messageBytesMax)
        self.kind = kind
    }

    /// A problem with one input.
    package init(_ input: RequestInput, _ message: String, kind: ProblemKind = .unusable) {
        self.init(location: [.input(input)], message: message, kind: kind)
    }
}
