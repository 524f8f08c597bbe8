// SPDX-License-Identifier: Apache-2.0

/// Gives the credentials to sign with.
package protocol CredentialsSource: Sendable {
    /// The current credentials.
    /// - Throws: `noCredentials`.
    func credentials() throws(ObjectStoreError) -> Credentials
    /// Other credentials than `rejected`, which a server calls expired.
    /// - Throws: `noCredentials`.
    func refreshed(
        rejected: Credentials
    ) throws(ObjectStoreError) -> Credentials
}

/// Keys that do not change.
package struct FixedCredentials: CredentialsSource {
    private let fixed: Credentials

    /// Always gives `credentials`.
    package init(_ credentials: Credentials) {
        fixed = credentials
    }

    package func credentials() throws(ObjectStoreError) -> Credentials {
        fixed
    }

    package func refreshed(
        rejected: Credentials
    ) throws(ObjectStoreError) -> Credentials {
        throw .noCredentials(.expired)
    }
}
