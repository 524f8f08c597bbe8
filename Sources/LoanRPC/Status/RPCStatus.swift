// SPDX-License-Identifier: Apache-2.0

/// Why a call has no result: the status of its END frame.
public struct RPCStatus: Error, Sendable, Equatable {
    /// The kind of failure; never `ok` in an error.
    public var code: StatusCode
    /// One line for a person; at most 512 bytes go over the wire.
    public var message: String
    /// When trying again may help; `zero` when that is not known.
    public var retryAfter: Duration
    /// No work was done: the call may be sent again without harm.
    public var isNotStarted: Bool

    /// A status by its parts.
    public init(
        _ code: StatusCode,
        _ message: String = "",
        retryAfter: Duration = .zero,
        isNotStarted: Bool = false
    ) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
        self.isNotStarted = isNotStarted
    }

    /// The longest message that is sent, in bytes.
    public static let messageBytesMax = 512
}

extension RPCStatus: CustomStringConvertible {
    /// The code's name and the message.
    public var description: String {
        message.isEmpty ? code.description : "\(code): \(message)"
    }
}
