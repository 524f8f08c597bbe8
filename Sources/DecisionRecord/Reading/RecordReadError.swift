// SPDX-License-Identifier: Apache-2.0

/// Why a record cannot be read, or is not as it was written.
package enum RecordReadError: Error, Equatable {
    /// A file or folder cannot be read.
    case file(RecordFileError)
    /// The storage gave no answer of use.
    case store(RecordStoreError)
    /// A segment, by its name in the place, has a fault.
    case segment(name: String, SegmentFault)
    /// A part of a frame is not what it must be.
    case message(String)
    /// The place does not have a file that decisions were made with, by its SHA-256.
    case notPinned(digest: String)
    /// A file is not the one of its SHA-256.
    case pinnedDigest(digest: String)
    /// A file is larger than the limit, in bytes.
    case pinnedTooLarge(digest: String, limit: Int)
    /// There is no record in the place.
    case noStream(name: String)
}

extension RecordReadError: CustomStringConvertible {
    /// What is wrong.
    package var description: String {
        switch self {
        case .file(let error): error.description
        case .store(let error): "the record's place cannot be read: \(error)"
        case .segment(let name, let fault): "the segment '\(name)' has a fault: \(fault)"
        case .message(let what): "a frame of the record cannot be read: \(what)"
        case .notPinned(let digest):
            "the record has no file of the SHA-256 \(digest), which its decisions were made with"
        case .pinnedDigest(let digest):
            "the record's file of the SHA-256 \(digest) was changed: its bytes have another one"
        case .pinnedTooLarge(let digest, let limit):
            "the record's file of the SHA-256 \(digest) is larger than the limit of \(limit) bytes"
        case .noStream(let name): "the place has no record of the stream '\(name)'"
        }
    }
}
