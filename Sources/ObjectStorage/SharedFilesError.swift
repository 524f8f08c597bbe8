// SPDX-License-Identifier: Apache-2.0

/// The files that the AWS tools share.
package enum SharedFile: Sendable, Equatable, CaseIterable {
    case config, credentials

    /// Its name below `~/.aws`.
    var name: String {
        switch self {
        case .config: "config"
        case .credentials: "credentials"
        }
    }

    /// The variable that names another path.
    var variable: String {
        switch self {
        case .config: "AWS_CONFIG_FILE"
        case .credentials: "AWS_SHARED_CREDENTIALS_FILE"
        }
    }
}

/// Why the shared files of the AWS tools cannot be used.
package enum SharedFilesError: Error, Sendable, Equatable {
    /// The file exceeds the limit, in bytes.
    case tooLong(SharedFile, bytesMax: Int)
    /// The file is not UTF-8.
    case notText(SharedFile)
    /// The line, counted from 1, is no section and no setting, or repeats one.
    case line(SharedFile, Int)
    /// No file has the profile that the environment names.
    case noProfile(String)
    /// The config file has no section of services that the profile names.
    case noServices(String)
}

extension SharedFilesError: CustomStringConvertible {
    /// A sentence with the file or the profile.
    package var description: String {
        switch self {
        case .tooLong(let file, let bytesMax):
            "\(file) exceeds \(bytesMax) bytes"
        case .notText(let file):
            "\(file) is not UTF-8"
        case .line(let file, let line):
            "\(file) cannot be read: line \(line) is no [section], setting or comment, or repeats "
                + "an earlier one"
        case .noProfile(let name):
            "neither ~/.aws/config nor ~/.aws/credentials has the profile \(name) that AWS_PROFILE "
                + "names"
        case .noServices(let name):
            "~/.aws/config has no section [services \(name)], which the profile names"
        }
    }
}

extension SharedFile: CustomStringConvertible {
    /// The file as messages name it.
    package var description: String { "the file of \(variable), else ~/.aws/\(name)," }
}
