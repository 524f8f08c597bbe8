// SPDX-License-Identifier: Apache-2.0

extension Credentials {
    /// The credentials in the JSON of a container or instance endpoint; nil if it has none, or an
    /// end that is no time.
    init?(endpointAnswer body: [UInt8]) {
        guard let answer = FlatJSON.strings(body),
            let id = answer["AccessKeyId"], !id.isEmpty,
            let secret = answer["SecretAccessKey"], !secret.isEmpty
        else { return nil }
        var expires: Int?
        if let text = answer["Expiration"] {
            guard let time = UTCTime.parse(iso: text) else { return nil }
            expires = time
        }
        self.init(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: answer["Token"],
            expires: expires
        )
    }
}
