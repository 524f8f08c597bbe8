// SPDX-License-Identifier: Apache-2.0

extension ObjectStoreError: CustomStringConvertible {
    /// One line without keys, paths and secrets.
    package var description: String {
        switch self {
        case .notFound: "the object does not exist"
        case .noSuchBucket: "the bucket does not exist"
        case .permissionDenied: "the store refuses access"
        case .credentialsRefused(let refusal): refusal.sentence
        case .clockSkew(let seconds):
            "the store refuses requests of this time: this machine's clock is "
                + "\(abs(seconds)) s \(seconds > 0 ? "slow" : "fast"); set it right"
        case .preconditionFailed: "the object was changed by someone else"
        case .notModified: "the object is unchanged"
        case .invalidKey(let violation): "invalid key: \(violation.reason)"
        case .invalidBucketName: "invalid bucket name"
        case .notRegularFile: "not a regular file, or behind a symbolic link"
        case .tooLarge(let bytesMax): "the object exceeds \(bytesMax) bytes"
        case .tooManyObjects(let countMax): "more than \(countMax) objects"
        case .endlessListing(let pagesMax):
            "the store's listing does not end: its pages repeat, or there are more than \(pagesMax)"
        case .rangeNotSatisfiable: "the range lies after the end of the object"
        case .outOfSpace: "no space left in the store"
        case .tooManyOpenFiles: "too many open files"
        case .system(let operation, let code): "\(operation.rawValue) failed with error \(code)"
        case .corrupted(let corruption): "the object is corrupted: \(corruption.reason)"
        case .unavailable(let reason, _): "the store is unavailable: \(reason.reason)"
        case .deadlineExceeded: "the deadline has passed"
        case .noCredentials(let failure): "no credentials: \(failure.reason)"
        case .wrongRegion(let actual?): "the bucket is in region \(actual): set AWS_REGION to it"
        case .wrongRegion(nil): "the bucket is in another region than AWS_REGION says"
        case .redirected(let origin):
            "the endpoint redirects to \(origin), which is not followed: if that is the store, set "
                + "AWS_ENDPOINT_URL_S3 to it"
        case .refused(let status, let code):
            "the store refused the request with status \(status)" + (code.isEmpty ? "" : " \(code)")
        case .malformedAnswer: "the store's answer is malformed"
        case .stopped: "the transfer was stopped by the caller"
        }
    }
}

extension CredentialsRefusal {
    fileprivate var sentence: String {
        switch self {
        case .accessKey: "the store does not know the access key"
        case .signature:
            "the store refuses the signature: the secret access key is wrong, or something between "
                + "changes requests"
        }
    }
}

extension KeyViolation {
    fileprivate var reason: String {
        switch self {
        case .empty: "it is empty"
        case .tooLong(let bytesMax): "it is longer than \(bytesMax) bytes"
        case .component:
            "a part of it is empty, . or .., or has a character that names may not have"
        case .componentTooLong(let bytesMax): "a part of it is longer than \(bytesMax) bytes"
        case .nul: "it holds a NUL byte"
        case .reserved: "the name is kept for temporary files"
        case .outsideRoot: "the path leads out of the storage root"
        }
    }
}

extension Corruption {
    fileprivate var reason: String {
        switch self {
        case .size(let expected, let actual): "it has \(actual) bytes instead of \(expected)"
        case .checksum: "its SHA-256 is not the one of what was stored"
        case .manifest: "the manifest is damaged"
        case .newerFormat: "a newer release wrote it"
        }
    }
}

extension Unavailability {
    fileprivate var reason: String {
        switch self {
        case .connect: "it takes no connection"
        case .resolve: "its name is not resolved"
        case .tls: "the TLS handshake fails, or its certificate is not trusted"
        case .stalled: "the transfer has stalled"
        case .firstByte: "it does not answer in time"
        case .interrupted: "the connection was cut"
        case .status(let status): "it answers with status \(status)"
        }
    }
}

extension CredentialsFailure {
    fileprivate var reason: String {
        switch self {
        case .noProvider:
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role"
        case .provider(let name):
            switch name {
            case .environment: "those of the environment cannot be used"
            case .webIdentity: "the exchange of the web identity failed"
            case .container: "the container's endpoint gives none"
            case .profile: "the profile gives none"
            case .instance: "the instance's endpoint gives none"
            }
        case .expired: "they have expired"
        }
    }
}
