// SPDX-License-Identifier: Apache-2.0

internal import JSON

extension Credentials {
    /// The credentials in the JSON of a container or instance endpoint; nil if it has none, or an
    /// end that is no time.
    package init?(endpointAnswer body: [UInt8]) {
        guard let answer = (try? JSONParser.parse(body))?.object,
            let id = answer["AccessKeyId"]?.text, !id.isEmpty,
            let secret = answer["SecretAccessKey"]?.text, !secret.isEmpty
        else { return nil }
        var expires: Int?
        if let text = answer["Expiration"]?.text {
            guard let time = UTCTime.parse(iso: text) else { return nil }
            expires = time
        }
        self.init(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: answer["Token"]?.text,
            expires: expires
        )
    }
}
