// SPDX-License-Identifier: Apache-2.0

/// Why stored bytes are not the artifact that is asked for.
package enum ArtifactError: Error, Equatable {
    /// There are no bytes.
    case empty
    /// Shorter or longer than its header says, or too short for a header. Sizes in bytes.
    case wrongLength(expected: Int, found: Int)
    /// The checksum does not match: the bytes were damaged.
    case checksumMismatch
    /// Not one of our containers.
    case unknownFormat
    /// A Python pickle, which is never run.
    case pickle
    /// Compressed as a whole; the contents are not examined.
    case compressed(Compression)
    /// A byte order mark before what would be there.
    case byteOrderMark
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
}

/// Forms of compression that files are found in.
package enum Compression: String, Sendable, CaseIterable {
    case gzip, zlib, bzip2, xz, zstd, lz4, zip

    /// What every file of this form begins with.
    var magic: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        // The window that all writers use; the levels of compression differ.
        case .zlib: [0x78]
        case .bzip2: Array("BZh".utf8)
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .lz4: [0x04, 0x22, 0x4D, 0x18]
        case .zip: [0x50, 0x4B, 0x03, 0x04]
        }
    }

    /// The form of a file; nil for a file that is not compressed.
    init?(of bytes: [UInt8]) {
        let found = Self.allCases.first { bytes.starts(with: $0.magic) }
        guard let found else { return nil }
        // The header of zlib is a multiple of 31 (RFC 1950, 2.2).
        if found == .zlib {
            guard bytes.count > 1, (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0 else {
                return nil
            }
        }
        self = found
    }
}

extension ArtifactError: CustomStringConvertible {
    /// What is wrong with the file and what would be right, to follow its name.
    package var description: String {
        switch self {
        case .empty: "the file is empty"
        case .wrongLength(let expected, let found):
            "the file is damaged: it has \(found) bytes where \(expected) are announced"
        case .checksumMismatch: "the file is damaged: its SHA-256 is not the one it states"
        case .unknownFormat:
            "the file is neither an artifact of loan-default nor an XGBoost model"
        case .pickle:
            "the file is a Python pickle, which is never loaded; run data and train again, or "
                + "export the booster with save_model(\"model.json\")"
        case .compressed(let form):
            "the file is compressed (\(form.rawValue)); a model of XGBoost is read once it is "
                + "unpacked; a Python pickle never is: run data and train again, or export the "
                + "booster with save_model(\"model.json\")"
        case .byteOrderMark:
            "the file begins with a byte order mark, which no artifact and no model has; store "
                + "it as it was written"
        case .newerRelease(let what): "the file was written by a newer release (\(what))"
        case .wrongKind(let expected, let found):
            "the file holds \(ArtifactKind.words(found)), not a \(expected.word)"
        case .tooLarge(let limit): "the file is larger than the limit of \(limit) bytes"
        case .undecodable: "the file is damaged: its content does not decode"
        case .invalid(let field, let problem): "the file's \(field) cannot be used: \(problem)"
        }
    }
}

/// What a container holds.
package enum ArtifactKind: UInt16, Sendable {
    case preprocessor = 1
    case model = 2

    /// The kind as a person calls it.
    fileprivate var word: String {
        switch self {
        case .preprocessor: "preprocessor"
        case .model: "model"
        }
    }

    /// What a header names, also if this release does not know it.
    fileprivate static func words(_ rawValue: UInt16) -> String {
        ArtifactKind(rawValue: rawValue).map { "a \($0.word)" }
            ?? "something of the unknown kind \(rawValue)"
    }
}
