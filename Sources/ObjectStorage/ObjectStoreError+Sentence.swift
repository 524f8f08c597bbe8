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
        case .invalidKey(let violation): "the key is invalid: \(violation.reason)"
        case .invalidBucketName: "the bucket's name breaks the rules of S3"
        case .notRegularFile: "the path leads to no regular file, or through a symbolic link"
        case .tooLarge(let bytesMax): "the object exceeds \(bytesMax) bytes"
        case .tooManyObjects(let countMax): "the folder holds more than \(countMax) objects"
        case .rangeNotSatisfiable: "the range lies after the end of the object"
        case .outOfSpace: "the store has no space left"
        case .tooManyOpenFiles: "too many files are open on this machine"
        case .system(let operation, let code):
            "the file system cannot \(operation.words) (error \(code))"
        case .corrupted(let corruption): "the object is corrupted: \(corruption.reason)"
        case .unavailable(let reason, _): "the store is unavailable: \(reason.reason)"
        case .deadlineExceeded: "the store has not done its work before the deadline"
        case .noCredentials(let failure):
            "there are no credentials for the store: \(failure.reason)"
        case .wrongRegion(let actual?): "the bucket is in region \(actual): set AWS_REGION to it"
        case .wrongRegion(nil): "the bucket is in another region than AWS_REGION says"
        case .redirected(let origin):
            "the endpoint redirects to \(origin), which is not followed: if that is the store, set "
                + "AWS_ENDPOINT_URL_S3 to it"
        case .refused(let status, let code):
            "the store refused the request with status \(status)" + (code.isEmpty ? "" : " \(code)")
        case .malformedAnswer: "the store's answer is malformed"
        case .unusable(let setting): "S3 cannot be used: \(setting.description)"
        case .stopped: "the transfer was stopped by the caller"
        }
    }
}

extension FileOperation {
    /// What the system was asked to do.
    fileprivate var words: String {
        switch self {
        case .open: "open it"
        case .close: "close it"
        case .read: "read it"
        case .write: "write it"
        case .sync: "make it durable"
        case .rename: "rename it"
        case .remove: "remove it"
        case .makeFolder: "make the folder"
        case .status: "look at it"
        case .lock: "lock it"
        case .list: "list it"
        case .link: "link it"
        case .map: "map it into memory"
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
        case .tls:
            "the TLS handshake fails, or its certificate is not trusted: AWS_CA_BUNDLE names a file "
                + "of other authorities"
        case .stalled: "the transfer has stalled"
        case .firstByte: "it does not answer in time"
        case .interrupted: "the connection was cut"
        case .status(let status): "it answers with status \(status)"
        case .proxyAway:
            "the proxy that HTTPS_PROXY or HTTP_PROXY names takes no connection, or is not resolved"
        case .proxyRefused(let status):
            "the proxy that HTTPS_PROXY or HTTP_PROXY names refuses to connect, with status "
                + "\(status)"
        }
    }
}
