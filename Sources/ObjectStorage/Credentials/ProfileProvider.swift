// SPDX-License-Identifier: Apache-2.0

/// Keys of a profile in the shared files of the AWS tools.
///
/// `AWS_PROFILE` (default `default`), in `AWS_SHARED_CREDENTIALS_FILE` (`~/.aws/credentials`),
/// then in `AWS_CONFIG_FILE` (`~/.aws/config`, where sections are called `profile NAME`).
struct ProfileProvider: CredentialsProvider {
    let name = CredentialsProviderName.profile
    let environment: [String: String]
    let outside: CredentialsOutside

    func fetch() throws(ObjectStoreError) -> Credentials? {
        let profile = environment["AWS_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? "default"
        let configSection = profile == "default" ? "default" : "profile \(profile)"
        let places = [
            (path("AWS_SHARED_CREDENTIALS_FILE", "credentials"), profile),
            (path("AWS_CONFIG_FILE", "config"), configSection),
        ]
        for (path, section) in places {
            guard let path, let text = outside.file(path) else { continue }
            let values = Self.section(section, of: text)
            if let id = values["aws_access_key_id"], !id.isEmpty,
                let secret = values["aws_secret_access_key"], !secret.isEmpty
            {
                return Credentials(
                    accessKeyID: id,
                    secretAccessKey: secret,
                    sessionToken: values["aws_session_token"]
                )
            }
        }
        // A profile that was asked for by name and has no keys is a mistake, not an absence.
        if profile != "default" { throw failure }
        return nil
    }

    /// The values of one section of an INI file.
    static func section(_ name: String, of text: String) -> [String: String] {
        var values: [String: String] = [:]
        var isInside = false
        for line in text.split(whereSeparator: \.isNewline) {
            let trimmed = line.trimmingSpaces()
            if trimmed.isEmpty || trimmed.hasPrefix("#") || trimmed.hasPrefix(";") { continue }
            if trimmed.hasPrefix("["), let end = trimmed.firstIndex(of: "]") {
                isInside = trimmed[..<end].dropFirst().trimmingSpaces() == name
            } else if isInside, let equals = trimmed.firstIndex(of: "=") {
                let key = trimmed[..<equals].trimmingSpaces().lowercased()
                values[key] = String(trimmed[trimmed.index(after: equals)...].trimmingSpaces())
            }
        }
        return values
    }

    private func path(_ variable: String, _ file: String) -> String? {
        if let path = environment[variable], !path.isEmpty { return path }
        return environment["HOME"].map { "\($0)/.aws/\(file)" }
    }
}

extension StringProtocol {
    /// Without spaces and tabs at the ends.
    fileprivate func trimmingSpaces() -> Substring {
        var rest = Substring(self)
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
