// SPDX-License-Identifier: Apache-2.0

internal import Machine

/// Why a record cannot be begun, or a file of it not be kept.
package enum RecordError: Error, Equatable {
    /// A setting is not in its range; bytes or seconds.
    case setting(RecordSetting, minimum: Int, maximum: Int?)
    /// The name of a stream has other characters than it may, or too many.
    case stream(String)
    /// Another process writes to the folder.
    case locked(folder: String)
    /// A file or folder cannot be used.
    case file(RecordFileError)
    /// The files of the folder have reached the bound, in bytes.
    case diskBound(folder: String, limit: Int)
    /// A segment that is needed to go on with the chain cannot be read.
    case chain(path: String, RecordReadError)
    /// The place where segments go gave no answer of use.
    case store(RecordStoreError)
    /// A file to be kept is larger than the limit. Sizes in bytes.
    case pinnedTooLarge(limit: Int)
    /// The bytes of a file to be kept are not those of its digest.
    case pinnedDigest(String)
    /// More models than a process may record.
    case tooManyContexts(limit: Int)
    /// A context is larger than its limit, in bytes.
    case contextTooLarge(limit: Int)
    /// The system has no thread.
    case noThread(code: Int32)
}

/// The settings that have a range.
package enum RecordSetting: String, Sendable, Equatable {
    case ringBytes = "ring"
    case segmentBytes = "segment"
    case diskBytes = "disk"
    case segmentAge = "segment's age"
    case retention = "retention"
}

extension RecordError: CustomStringConvertible {
    /// What is wrong, and what would be right.
    package var description: String {
        switch self {
        case .setting(let setting, let minimum, let maximum?):
            "the record's \(setting.rawValue) must have from \(minimum) to \(maximum) bytes"
        case .setting(let setting, let minimum, nil):
            "the record's \(setting.rawValue) must be at least \(minimum) s"
        case .stream(let name):
            "the record's stream '\(name)' must have from 1 to \(RecordLimits.streamBytesMax) "
                + "letters, digits, '.', '_' or '-', and begin with a letter or digit"
        case .locked(let folder):
            "the folder '\(folder)' of the record is in use by another process: each server must "
                + "have a folder of its own"
        case .file(let error): error.description
        case .diskBound(let folder, let limit):
            "the record's folder '\(folder)' has reached its bound of \(limit) bytes"
        case .chain(let path, let error):
            "the record cannot go on after '\(path)': \(error); begin another stream, by another "
                + "name, and keep this one as it is"
        case .store(let error): "the record's place cannot be used: \(error)"
        case .pinnedTooLarge(let limit):
            "a model is not recorded whose file is larger than the limit of \(limit) bytes"
        case .pinnedDigest(let digest):
            "the bytes that are to be kept for the record are not those of the SHA-256 \(digest)"
        case .tooManyContexts(let limit):
            "the record has taken in the limit of \(limit) models and generations; it takes more "
                + "once the server is started again"
        case .contextTooLarge(let limit):
            "a model is not recorded whose description is larger than the limit of \(limit) bytes"
        case .noThread(let code):
            "the record has no thread to write with: \(SystemErrorText.of(code))"
        }
    }
}
