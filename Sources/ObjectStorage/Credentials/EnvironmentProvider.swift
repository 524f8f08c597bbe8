// SPDX-License-Identifier: Apache-2.0

/// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, with `AWS_SESSION_TOKEN` (in earlier days
/// `AWS_SECURITY_TOKEN`) and `AWS_CREDENTIAL_EXPIRATION`.
struct EnvironmentProvider: CredentialsProvider {
    let name = CredentialsProviderName.environment
    let environment: [String: String]

    func fetch(in _: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        guard let id = value("AWS_ACCESS_KEY_ID") else { return nil }
        // A key without its other half is a mistake, not an absence.
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else { throw failure }
        var expires: Int?
        if let text = value("AWS_CREDENTIAL_EXPIRATION") {
            guard let time = UTCTime.parse(iso: text) else { throw failure }
            expires = time
        }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: value("AWS_SECURITY_TOKEN") ?? value("AWS_SESSION_TOKEN"),
            expires: expires
        )
    }

    private func value(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
