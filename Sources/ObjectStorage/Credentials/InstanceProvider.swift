// SPDX-License-Identifier: Apache-2.0

/// The role of an EC2 instance, by the second version of its metadata service (IMDSv2).
///
/// Asked for last and with short patience, because elsewhere nobody answers. Switched off by
/// `AWS_EC2_METADATA_DISABLED=true`; `AWS_EC2_METADATA_SERVICE_ENDPOINT` names another place.
struct InstanceProvider: CredentialsProvider {
    let name = CredentialsProviderName.instance
    let environment: [String: String]
    let outside: CredentialsOutside

    func fetch(in _: inout CredentialsSearch) throws(ObjectStoreError) -> Credentials? {
        if environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() == "true" { return nil }
        let place = environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? "http://169.254.169.254"
        guard let endpoint = S3Endpoint(place) else { throw failure }
        let base = "\(endpoint.scheme)://\(endpoint.authority)/latest"
        let lifetime = [(name: "x-aws-ec2-metadata-token-ttl-seconds", value: "21600")]
        // No answer at all means that this is no instance.
        let asked = HTTPRequest.credentials(
            "PUT",
            "\(base)/api/token",
            headers: lifetime,
            firstByteMax: .seconds(1)
        )
        guard let answer = outside.http(asked) else { return nil }
        guard answer.status == 200, let token = Self.word(answer.body) else { throw failure }
        let roles = "\(base)/meta-data/iam/security-credentials/"
        let headers = [(name: "x-aws-ec2-metadata-token", value: token)]
        guard let answer = outside.http(.credentials("GET", roles, headers: headers)),
            answer.status == 200, let role = Self.word(answer.body)
        else { throw failure }
        let url = roles + PercentEncoding.encode(role)
        guard let answer = outside.http(.credentials("GET", url, headers: headers)),
            answer.status == 200, let credentials = Credentials(endpointAnswer: answer.body)
        else { throw failure }
        return credentials
    }

    /// The first line, if it can stand in a header.
    private static func word(_ body: [UInt8]) -> String? {
        let line = body.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, line.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        return String(decoding: line, as: UTF8.self)
    }
}
