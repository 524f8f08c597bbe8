// SPDX-License-Identifier: Apache-2.0

/// Why the settings of S3 cannot be used; each with the name of the setting.
package enum S3SettingsError: Error, Sendable, Equatable {
    /// Not the name of a region.
    case region(String)
    /// No origin.
    case endpoint(String)
    /// A variable that names no HTTP proxy; its value may hold a password.
    case proxy(String)
    /// A file of authorities that cannot be read, or holds none.
    case caBundle(String, path: String)
    /// The shared files of the AWS tools.
    case sharedFiles(SharedFilesError)
}

extension S3SettingsError: CustomStringConvertible {
    /// A sentence with the setting.
    package var description: String {
        switch self {
        case .region(let setting): "\(setting) is not the name of a region"
        case .endpoint(let setting):
            "\(setting) is not http://HOST[:PORT] or https://HOST[:PORT] without a path"
        case .proxy(let variable):
            "\(variable) is not an HTTP proxy: set it to http://HOST:PORT, or to https://HOST:PORT"
        case .caBundle(let setting, let path):
            "\(setting) names \(path), which cannot be read or holds no certificate: give a file of "
                + "PEM certificates"
        case .sharedFiles(let error): error.description
        }
    }
}
