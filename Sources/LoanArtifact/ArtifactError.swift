// SPDX-License-Identifier: Apache-2.0

/// Why stored bytes are not the artifact that is asked for.
package enum ArtifactError: Error, Equatable, CustomStringConvertible {
    /// Shorter or longer than its header says, or too short for a header. Sizes in bytes.
    case wrongLength(expected: Int, found: Int)
    /// The checksum does not match: the bytes were damaged.
    case checksumMismatch
    /// Not one of our containers.
    case unknownFormat
    /// A Python pickle, which is never run.
    case pickle
    /// Written by a newer release.
    case newerRelease(what: String)
    /// A container, but of another kind.
    case wrongKind(expected: ArtifactKind, found: UInt16)
    /// Larger than a reader accepts. Sizes in bytes.
    case tooLarge(limit: Int)
    /// The message does not decode within its memory budget.
    case undecodable
    /// A value that cannot be right.
    case invalid(field: String, problem: String)

    package var description: String {
        switch self {
        case .wrongLength(let expected, let found):
            "damaged: \(found) bytes where \(expected) are announced"
        case .checksumMismatch: "damaged: its SHA-256 does not match"
        case .unknownFormat: "neither an artifact of loan-default nor an XGBoost model"
        case .pickle:
            "a Python pickle, which is never loaded; run data and train again, or export the "
                + "booster with save_model(\"model.json\")"
        case .newerRelease(let what): "written by a newer release (\(what))"
        case .wrongKind(let expected, let found): "holds kind \(found), not a \(expected)"
        case .tooLarge(let limit): "larger than the limit of \(limit) bytes"
        case .undecodable: "does not decode"
        case .invalid(let field, let problem): "\(field): \(problem)"
        }
    }
}

/// What a container holds.
package enum ArtifactKind: UInt16, Sendable {
    case preprocessor = 1
    case model = 2
}
