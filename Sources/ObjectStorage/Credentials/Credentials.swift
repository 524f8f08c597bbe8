// SPDX-License-Identifier: Apache-2.0

/// Keys to sign with. They have no description that shows the secrets.
package struct Credentials: Sendable, Hashable {
    /// The public half of the key.
    package let accessKeyID: String
    /// The secret half of the key.
    let secretAccessKey: String
    /// The token of temporary credentials.
    let sessionToken: String?
    /// When they end, in seconds since 1970 UTC; nil for keys that do not.
    package let expires: Int?

    /// Gathers the values.
    package init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        expires: Int? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expires = expires
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half only.
    package var description: String { "Credentials(\(accessKeyID))" }
    /// The public half only.
    package var debugDescription: String { description }
    /// The public half only.
    package var customMirror: Mirror {
        Mirror(self, children: ["accessKeyID": accessKeyID])
    }
}
