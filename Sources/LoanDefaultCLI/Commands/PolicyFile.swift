// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// A policy document by its path.
enum PolicyFile {
    static func read(_ path: String) throws -> Policy {
        do {
            let bytes = try InputFile.contents(of: path, bytesMax: PolicyDocument.lengthMax)
            return try PolicyDocument.read(bytes)
        } catch let error as InputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let error as PolicyDocumentError {
            throw CommandFailure.failed("\(path): \(error)")
        }
    }

    /// What `--policy` of a training says.
    static func choice(_ path: String) throws -> PolicyChoice {
        path == PolicyChoice.standardWord ? .standard : .own(try read(path))
    }

    /// A policy of a file, held against a model.
    static func bound(_ path: String, to model: ServedModel) throws -> BoundPolicy {
        do {
            return try model.bound(read(path))
        } catch let error as PolicyMismatch {
            throw CommandFailure.failed("\(path): \(error)")
        }
    }
}
