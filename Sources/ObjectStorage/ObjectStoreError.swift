// SPDX-License-Identifier: Apache-2.0

/// Why an operation of a store failed.
package enum ObjectStoreError: Error, Sendable, Equatable {
    /// No object under the key, or no such bucket where the store does not say so.
    case notFound
    /// The store knows no bucket of this name.
    case noSuchBucket
    /// The store refuses the caller.
    case permissionDenied
    /// The object has another version than the condition names, or exists against it.
    case preconditionFailed
    /// The object still has the version of `ifNoneMatch`.
    case notModified
    /// The key breaks a rule.
    case invalidKey(KeyViolation)
    /// The bucket's name breaks the rules of S3.
    case invalidBucketName
    /// The path leads through a symbolic link, or to a folder, device, socket or pipe.
    case notRegularFile
    /// The object exceeds the limit of the call, in bytes.
    case tooLarge(bytesMax: Int)
    /// A listing exceeds the limit of the call.
    case tooManyObjects(countMax: Int)
    /// The range starts at or behind the object's end.
    case rangeNotSatisfiable
    /// The device or the quota is full.
    case outOfSpace
    /// The process or the system has no descriptor left.
    case tooManyOpenFiles
    /// A system call failed in another way.
    case system(operation: FileOperation, code: Int32)
    /// The bytes are not the ones that were stored.
    case corrupted(Corruption)
    /// The store does not answer, or asks to come back later.
    case unavailable(Unavailability, retryAfter: Duration?)
    /// The deadline of the call has passed.
    case deadlineExceeded
    /// No provider gave credentials, or the given ones have expired.
    case noCredentials(CredentialsFailure)
    /// The bucket lies elsewhere: redirects are not followed.
    case wrongRegion(actual: String?)
    /// The store refused the request; the status of HTTP and its code, cut to 64 characters.
    case refused(status: Int, code: String)
    /// The store's answer breaks the protocol.
    case malformedAnswer
    /// The caller's sink or source stopped the transfer.
    case stopped
}

/// The system call that failed.
package enum FileOperation: String, Sendable, Equatable, CaseIterable {
    case open, close, read, write, sync, rename, remove, makeFolder, status, lock, list, link, map
}

/// How stored bytes differ from what they must be.
package enum Corruption: Sendable, Equatable {
    /// Fewer or more bytes than announced.
    case size(expected: Int, actual: Int)
    /// The SHA-256 differs.
    case checksum
    /// The manifest does not parse, or its own checksum differs.
    case manifest
    /// The manifest was written by a release that this one cannot read.
    case newerFormat
}

/// Why a remote store is unavailable.
package enum Unavailability: Sendable, Equatable {
    case connect, resolve, tls, stalled, firstByte, interrupted
    /// The status of HTTP of the last attempt.
    case status(Int)
}

/// Why there are no credentials.
package enum CredentialsFailure: Sendable, Equatable {
    /// No provider is configured.
    case noProvider
    /// The named provider failed: its file, its server or its answer.
    case provider(CredentialsProviderName)
    /// The store calls the credentials expired, also after a refresh.
    case expired
}

/// The providers of the chain, in order.
package enum CredentialsProviderName: String, Sendable, Equatable, CaseIterable {
    case environment, webIdentity, container, profile, instance
}

extension ObjectStoreError: CustomStringConvertible {
    /// One line without keys, paths and secrets.
    package var description: String {
        switch self {
        case .notFound: "the object does not exist"
        case .noSuchBucket: "the bucket does not exist"
        case .permissionDenied: "the store refuses access"
        case .preconditionFailed: "the object was changed by someone else"
        case .notModified: "the object is unchanged"
        case .invalidKey(let violation): "invalid key: \(violation)"
        case .invalidBucketName: "invalid bucket name"
        case .notRegularFile: "not a regular file, or behind a symbolic link"
        case .tooLarge(let bytesMax): "the object exceeds \(bytesMax) bytes"
        case .tooManyObjects(let countMax): "more than \(countMax) objects"
        case .rangeNotSatisfiable: "the range lies behind the end of the object"
        case .outOfSpace: "no space left in the store"
        case .tooManyOpenFiles: "too many open files"
        case .system(let operation, let code): "\(operation.rawValue) failed with error \(code)"
        case .corrupted(let corruption): "the object is corrupted: \(corruption)"
        case .unavailable(let reason, _): "the store is unavailable: \(reason)"
        case .deadlineExceeded: "the deadline has passed"
        case .noCredentials(let failure): "no credentials: \(failure)"
        case .wrongRegion(let actual): "the bucket is in region \(actual ?? "unknown")"
        case .refused(let status, let code): "the store refused the request: \(status) \(code)"
        case .malformedAnswer: "the store's answer is malformed"
        case .stopped: "the transfer was stopped by the caller"
        }
    }
}
