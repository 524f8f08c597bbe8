// SPDX-License-Identifier: Apache-2.0

/// Why an operation of a store failed.
package enum ObjectStoreError: Error, Sendable, Equatable {
    /// No object under the key, or no such bucket where the store does not say so.
    case notFound
    /// The store knows no bucket of this name.
    case noSuchBucket
    /// The store refuses the caller.
    case permissionDenied
    /// The store does not accept the credentials.
    case credentialsRefused(CredentialsRefusal)
    /// The store calls the request too old or too new, also after its time was corrected; how far
    /// this machine's clock lags the store's, in seconds.
    case clockSkew(seconds: Int)
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
    /// The pages of a listing repeat, or do not end.
    case endlessListing(pagesMax: Int)
    /// The range starts at or after the object's end.
    case rangeNotSatisfiable
    /// A folder of this machine, as callers name it, was looked at before a write and does not take
    /// it.
    case unwritable(place: String, WriteObstacle)
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
    /// The endpoint sends its callers to another one, of this origin.
    case redirected(to: String)
    /// The store refused the request; the status of HTTP and its code, cut to 64 characters.
    case refused(status: Int, code: String)
    /// The store's answer breaks the protocol.
    case malformedAnswer
    /// A setting of this process is in the way of every bucket.
    case unusable(S3SettingsError)
    /// The caller's sink or source stopped the transfer.
    case stopped
}

/// The system call that failed.
package enum FileOperation: String, Sendable, Equatable, CaseIterable {
    case open, close, read, write, sync, rename, remove, makeFolder, status, lock, list, link, map
    case space
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
    /// The proxy takes no connection, or its name is not resolved.
    case proxyAway
    /// The proxy refuses to connect, with this status of HTTP.
    case proxyRefused(status: Int)
}

/// Why there are no credentials.
package enum CredentialsFailure: Sendable, Equatable {
    /// No provider is configured.
    case noProvider
    /// The named provider failed: its file, its server or its answer.
    case provider(CredentialsProviderName)
    /// The shared files of the AWS tools cannot be used.
    case sharedFiles(SharedFilesError)
    /// The profile of this name has a setting that cannot be used.
    case profile(String, ProfileFault)
    /// The program that the profile names gave none.
    case program(String, profile: String, ProgramFailure)
    /// The store calls the credentials expired, also after a refresh.
    case expired
}

/// Which setting of a profile cannot be used.
package enum ProfileFault: Sendable, Equatable {
    /// A way to credentials that the AWS tools know and this program does not.
    case unsupported(setting: String)
    /// Half of a pair of keys.
    case incompleteKeys
    /// A role to assume with a token, and half of what that takes.
    case incompleteIdentity
    /// A command line whose quotes do not end, or an empty one.
    case unreadableCommand
}

/// Why a store does not accept credentials.
package enum CredentialsRefusal: Sendable, Equatable {
    /// It does not know the access key.
    case accessKey
    /// The signature does not fit: the secret is another one, or something on the way changes
    /// requests.
    case signature
}

/// The providers of the chain, in order.
package enum CredentialsProviderName: String, Sendable, Equatable, CaseIterable {
    case environment, webIdentity, profile, container, instance
}
