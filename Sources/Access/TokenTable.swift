// SPDX-License-Identifier: Apache-2.0

package import Machine

/// The tokens a server knows, and what each allows.
package struct TokenTable: Sendable {
    /// One token, and until when it is valid.
    package struct Entry: Sendable {
        /// The bytes that a caller sends.
        package var token: [UInt8]
        /// What the token allows.
        package var scopes: Scope
        /// nil is never.
        package var expiresAt: MonotonicTime?

        /// A token, valid until a time or, without one, for ever.
        package init(token: [UInt8], scopes: Scope, expiresAt: MonotonicTime? = nil) {
            self.token = token
            self.scopes = scopes
            self.expiresAt = expiresAt
        }
    }

    /// The longest token that is looked at.
    package static let tokenBytesMax = 2048

    private let entries: [Entry]
    private let anonymous: Scope?

    /// - Parameter anonymous: what a connection without a token may do; nil refuses it.
    package init(_ entries: [Entry], anonymous: Scope?) {
        self.entries = entries
        self.anonymous = anonymous
    }

    /// No tokens: everybody may do everything.
    package static let open = TokenTable([], anonymous: [.predict, .write, .audit])

    /// What a token allows, or nil for a wrong, empty, too long or expired one.
    ///
    /// Takes the same time for every token of one length: all entries are compared to the end.
    package func scopes(of token: [UInt8]?) -> Scope? {
        guard let token else { return anonymous }
        guard (1...Self.tokenBytesMax).contains(token.count) else { return nil }
        var found: Scope?
        for entry in entries {
            let isAlive = entry.expiresAt.map { MonotonicTime.now() < $0 } ?? true
            if Self.areEqual(entry.token, token), isAlive { found = entry.scopes }
        }
        return found
    }

    private static func areEqual(_ known: [UInt8], _ given: [UInt8]) -> Bool {
        var difference = known.count ^ given.count
        for index in given.indices {
            let byte = known.isEmpty ? 0 : known[index % known.count]
            difference |= Int(byte ^ given[index])
        }
        return difference == 0
    }
}
