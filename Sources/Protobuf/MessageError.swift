// SPDX-License-Identifier: Apache-2.0

/// Why the bytes of a message were refused.
public enum MessageError: Error, Equatable, Sendable {
    /// Not protobuf, or a value outside its documented range; `what` names it.
    case malformed(_ what: StaticMessageText)
    /// Decoding would take more memory than its `MessageBudget`, or more fields than allowed.
    case overBudget
}

extension MessageError: CustomStringConvertible {
    /// One sentence for whoever sent the message.
    public var description: String {
        switch self {
        case .malformed(let what): what.text
        case .overBudget: "decoding the message takes too much memory"
        }
    }
}
