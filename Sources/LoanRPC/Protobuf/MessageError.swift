// SPDX-License-Identifier: Apache-2.0

/// Why the bytes of a message were refused.
package enum MessageError: Error, Equatable, Sendable {
    /// Not protobuf, or a value outside its documented range; `what` names it.
    case malformed(_ what: StaticMessageText)
    /// Decoding would take more memory than `2 * length + 64 KiB`, or more fields than allowed.
    case overBudget

    /// The status of a call with such a message.
    package var status: RPCStatus {
        switch self {
        case .malformed(let what): RPCStatus(.invalidArgument, what.text)
        case .overBudget:
            RPCStatus(.resourceExhausted, "decoding the message takes too much memory")
        }
    }
}

extension MessageError: CustomStringConvertible {
    /// What the status says.
    package var description: String { status.message }
}

/// A constant text, so that an error costs no allocation.
package struct StaticMessageText: Equatable, Sendable, ExpressibleByStringLiteral {
    package let text: String

    package init(stringLiteral value: StaticString) {
        text = value.description
    }
}
