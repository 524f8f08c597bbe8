// SPDX-License-Identifier: Apache-2.0

/// The profile in use, from the shared files of the AWS tools.
///
/// `AWS_DEFAULT_PROFILE`, else `AWS_PROFILE`, else `default`; in `AWS_SHARED_CREDENTIALS_FILE`
/// (`~/.aws/credentials`) and in `AWS_CONFIG_FILE` (`~/.aws/config`, where sections are called
/// `profile NAME`). A file that is not there has no profiles. Source: botocore, `configloader.py`
/// and `Session.full_config`.
struct SharedProfile {
    /// The longest file that is taken, in bytes.
    static let fileBytesMax = 1 << 20

    let name: String
    /// The settings of the credentials file alone.
    let credentials: [String: String]
    /// The settings of the config file alone.
    let config: [String: String]
    /// The sections of the config file.
    private let sections: [INIFile.Section]

    /// - Throws: the file and the line that cannot be read; a profile that is named and in no file.
    init(
        _ environment: [String: String],
        _ outside: CredentialsOutside
    ) throws(SharedFilesError) {
        let isSet: (String) -> String? = { name in
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        let chosen = isSet("AWS_DEFAULT_PROFILE") ?? isSet("AWS_PROFILE")
        let name = chosen ?? "default"
        let read = {
            (file: SharedFile) throws(SharedFilesError) -> [INIFile.Section] in
            let path = isSet(file.variable) ?? "~/.aws/\(file.name)"
            return try Self.sections(of: file, at: path, isSet("HOME"), outside)
        }
        let config = try read(.config)
        let own = try read(.credentials).last { $0.name == name }?.values
        let shared = config.last { Self.profile(of: $0) == name }?.values
        if let chosen, own == nil, shared == nil { throw .noProfile(chosen) }
        self.name = name
        credentials = own ?? [:]
        self.config = shared ?? [:]
        sections = config
    }

    /// A setting: that of the credentials file, else that of the config file.
    subscript(setting: String) -> String? {
        credentials[setting] ?? config[setting]
    }

    /// The endpoint of a service: its own, else that of all services.
    /// - Throws: `noServices` where the section is not there that the profile refers to.
    func endpoint(of service: String) throws(SharedFilesError) -> String? {
        if let services = self["services"] {
            let section = sections.last { Self.name(of: $0, after: "services") == services }
            guard let section else { throw .noServices(services) }
            let own = section.values[service].flatMap { INIFile.nested($0)["endpoint_url"] }
            if let own { return own }
        }
        return self["endpoint_url"]
    }

    private static func profile(of section: INIFile.Section) -> String? {
        section.name == "default" ? section.name : name(of: section, after: "profile")
    }

    /// What a section of a kind is called: `[profile NAME]`.
    private static func name(of section: INIFile.Section, after kind: String) -> String? {
        guard let words = ShellWords.split(section.name), words.count == 2, words[0] == kind
        else { return nil }
        return words[1]
    }

    private static func sections(
        of file: SharedFile,
        at path: String,
        _ home: String?,
        _ outside: CredentialsOutside
    ) throws(SharedFilesError) -> [INIFile.Section] {
        var path = path
        if path.hasPrefix("~/") {
            guard let home else { return [] }
            path = home + path.dropFirst()
        }
        guard let bytes = outside.file(path, fileBytesMax) else { return [] }
        if bytes.count > fileBytesMax { throw .tooLong(file, bytesMax: fileBytesMax) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(file) }
        do throws(INIFault) {
            return try INIFile(text).sections
        } catch {
            throw .line(file, error.line)
        }
    }
}
