// SPDX-License-Identifier: Apache-2.0

internal import JSON

extension Credentials {
    /// The credentials in the JSON of a container or instance endpoint; nil if it has none, or an
    /// end that is no time.
    package init?(endpointAnswer body: [UInt8]) {
        guard let members = (try? JSONParser.parse(body))?.object else { return nil }
        self.init(members, token: "Token")
    }

    /// The credentials among the members of a JSON object; nil if it has none, or an end that is no
    /// time.
    /// - Parameter token: the member that holds the session token, where there is one.
    init?(_ members: JSONObject, token: String) {
        guard let id = members["AccessKeyId"]?.text, !id.isEmpty,
            let secret = members["SecretAccessKey"]?.text, !secret.isEmpty
        else { return nil }
        var expires: Int?
        switch members["Expiration"] {
        case .string(let text):
            guard let time = UTCTime.parse(iso: text) else { return nil }
            expires = time
        case nil, .null: break
        case .some: return nil
        }
        self.init(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: members[token]?.text,
            expires: expires
        )
    }
}
