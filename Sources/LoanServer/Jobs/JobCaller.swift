// SPDX-License-Identifier: Apache-2.0

internal import Access
internal import Digest
internal import HTTPServer

/// Who asks for a job. A job belongs to the token that began it; others do not learn that it is
/// there.
package enum JobCaller: Sendable {
    /// No tokens are configured: every job is everybody's.
    case everybody
    /// A caller without a token, where such callers may write.
    case anonymous
    /// The bytes of a valid token.
    case token([UInt8])

    /// The caller of a request that was let through.
    init(_ call: HTTPCall, _ security: Security?) {
        guard let security, security.hasTokens else {
            self = .everybody
            return
        }
        self = call.bearerToken.map { .token($0) } ?? .anonymous
    }

    /// What is kept with a job in place of its owner. The token cannot be read from it, and two
    /// jobs of one token have different marks.
    func mark(ofJob id: String) -> String {
        switch self {
        case .everybody: Self.everybodyMark
        case .anonymous: Self.anonymousMark
        case .token(let token):
            HMACSHA256.code(Array(id.utf8), key: token)
                .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// Whether the caller may see, watch and cancel a job.
    func owns(_ id: String, markedAs mark: String) -> Bool {
        if case .everybody = self { return true }
        // In a time that does not depend on where they differ.
        let (own, given) = (Array(self.mark(ofJob: id).utf8), Array(mark.utf8))
        return own.count == given.count && zip(own, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static let everybodyMark = "everybody"
    private static let anonymousMark = "anonymous"
}
