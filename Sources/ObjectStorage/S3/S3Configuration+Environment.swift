// SPDX-License-Identifier: Apache-2.0

extension S3Configuration {
    /// The longest file of authorities, in bytes.
    private static let caBundleBytesMax = 16 << 20

    /// Settings as the AWS tools find them: of the environment, else of the profile in use.
    ///
    /// The endpoint (`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, `endpoint_url`), and then path
    /// style; the region (`AWS_REGION`, `AWS_DEFAULT_REGION`, `region`); the authorities to trust
    /// (`AWS_CA_BUNDLE`, `ca_bundle`, `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE`); and the proxies.
    package init(environment: [String: String]) throws(S3SettingsError) {
        try self.init(environment: environment, outside: .system)
    }

    init(
        environment: [String: String],
        outside: CredentialsOutside
    ) throws(S3SettingsError) {
        let profile: SharedProfile
        do throws(SharedFilesError) {
            profile = try SharedProfile(environment, outside)
        } catch {
            throw .sharedFiles(error)
        }
        let settings = Settings(environment: environment, profile: profile)
        if let region = settings.first(["AWS_REGION", "AWS_DEFAULT_REGION"], "region") {
            guard Self.isRegion(region.value) else { throw .region(region.name) }
            self.region = region.value
        }
        if let url = try settings.endpoint() {
            guard let endpoint = S3Endpoint(url.value) else { throw .endpoint(url.name) }
            self.endpoint = endpoint
            usesPathStyle = true
        }
        network = try NetworkSettings(proxiesOf: environment)
        let bundle =
            settings.first(["AWS_CA_BUNDLE"], "ca_bundle")
            ?? settings.first(["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
        if let bundle {
            guard let bytes = outside.file(bundle.value, Self.caBundleBytesMax),
                bytes.count <= Self.caBundleBytesMax,
                bytes.firstRange(of: "-----BEGIN ".utf8) != nil
            else { throw .caBundle(bundle.name, path: bundle.value) }
            network.caBundle = bundle.value
        }
    }

    /// Where settings come from.
    private struct Settings {
        let environment: [String: String]
        let profile: SharedProfile

        /// The first variable that is set, else the profile's value.
        func first(
            _ variables: [String],
            _ setting: String? = nil
        ) -> (name: String, value: String)? {
            for name in variables {
                if let value = environment[name], !value.isEmpty { return (name, value) }
            }
            return setting.flatMap { named($0, profile[$0]) }
        }

        /// The endpoint, where one is set.
        func endpoint() throws(S3SettingsError) -> (name: String, value: String)? {
            if let set = first(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) { return set }
            do throws(SharedFilesError) {
                return named("endpoint_url", try profile.endpoint(of: "s3"))
            } catch {
                throw .sharedFiles(error)
            }
        }

        private func named(_ setting: String, _ value: String?) -> (name: String, value: String)? {
            guard let value, !value.isEmpty else { return nil }
            return ("\(setting) of the profile \(profile.name)", value)
        }
    }
}
