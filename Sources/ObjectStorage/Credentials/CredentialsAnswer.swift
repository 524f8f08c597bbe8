// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

/// The JSON that the container and the instance endpoints answer with.
struct CredentialsAnswer: Decodable {
    private enum CodingKeys: String, CodingKey {
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case expiration = "Expiration"
    }

    private let accessKeyID: String
    private let secretAccessKey: String
    private let token: String?
    private let expiration: String?

    /// The credentials in an answer; nil if it has none, or an end that is no time.
    static func credentials(_ body: [UInt8]) -> Credentials? {
        guard
            let answer = try? JSONDecoder().decode(CredentialsAnswer.self, from: Data(body)),
            !answer.accessKeyID.isEmpty, !answer.secretAccessKey.isEmpty
        else { return nil }
        var expires: Int?
        if let text = answer.expiration {
            guard let time = UTCTime.parse(iso: text) else { return nil }
            expires = time
        }
        return Credentials(
            accessKeyID: answer.accessKeyID,
            secretAccessKey: answer.secretAccessKey,
            sessionToken: answer.token,
            expires: expires
        )
    }
}
