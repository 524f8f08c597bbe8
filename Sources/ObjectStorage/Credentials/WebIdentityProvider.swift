// SPDX-License-Identifier: Apache-2.0

/// A token of Kubernetes exchanged at STS for the credentials of a role (IRSA).
///
/// `AWS_WEB_IDENTITY_TOKEN_FILE`, `AWS_ROLE_ARN`, and optionally `AWS_ROLE_SESSION_NAME`, each or
/// the profile's setting of that name, and `AWS_ENDPOINT_URL_STS`. The request is not signed; the
/// token is read again each time, because Kubernetes rotates it.
struct WebIdentityProvider: CredentialsProvider {
    let name = CredentialsProviderName.webIdentity
    let environment: [String: String]
    let region: String
    let network: NetworkSettings
    let outside: CredentialsOutside

    func fetch(in search: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        let profile = try search.sharedProfile()
        let setting = { (name: String) in environment["AWS_" + name.uppercased()] ?? profile[name] }
        guard let path = setting("web_identity_token_file"), !path.isEmpty else { return nil }
        guard let role = setting("role_arn"), !role.isEmpty else {
            throw .noCredentials(.profile(profile.name, .incompleteIdentity))
        }
        guard let endpoint = try endpoint(profile), let token = outside.token(path) else {
            throw failure
        }
        let session = setting("role_session_name") ?? "loan-default"
        let form = [
            ("Action", "AssumeRoleWithWebIdentity"), ("Version", "2011-06-15"),
            ("RoleArn", role), ("RoleSessionName", session), ("WebIdentityToken", token),
        ]
        let body = form.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&")
        let request = HTTPRequest.credentials(
            "POST",
            "\(endpoint.scheme)://\(endpoint.authority)/",
            headers: [("content-type", "application/x-www-form-urlencoded")],
            body: body,
            route: network.route(scheme: endpoint.scheme, authority: endpoint.authority)
        )
        guard let answer = outside.http(request), answer.status == 200,
            let keys = XMLElement.parse(answer.body)?
                .child("AssumeRoleWithWebIdentityResult")?.child("Credentials"),
            let id = keys.text("AccessKeyId"), let secret = keys.text("SecretAccessKey"),
            let sessionToken = keys.text("SessionToken"),
            let expires = keys.text("Expiration").flatMap({ UTCTime.parse(iso: $0) })
        else { throw failure }
        return Credentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: sessionToken,
            expires: expires
        )
    }

    private func endpoint(_ profile: SharedProfile) throws(ObjectStoreError) -> S3Endpoint? {
        for name in ["AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"] {
            if let url = environment[name], !url.isEmpty { return S3Endpoint(url) }
        }
        do throws(SharedFilesError) {
            if let url = try profile.endpoint(of: "sts") { return S3Endpoint(url) }
        } catch {
            throw .noCredentials(.sharedFiles(error))
        }
        let suffix = region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
        return S3Endpoint("https://sts.\(region).\(suffix)")
    }
}

extension CredentialsProvider {
    /// The error of this provider.
    var failure: ObjectStoreError { .noCredentials(.provider(name)) }
}

extension CredentialsOutside {
    /// A token's file without the white space around it; nil for an empty or malformed one.
    func token(_ path: String) -> String? {
        guard let bytes = file(path, Self.bytesMax), bytes.count <= Self.bytesMax,
            let text = String(validating: bytes, as: UTF8.self)
        else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 1, let word = words.first,
            word.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        return String(word)
    }
}
