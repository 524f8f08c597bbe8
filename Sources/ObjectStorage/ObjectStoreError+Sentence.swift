// SPDX-License-Identifier: Apache-2.0

import Glibc
import Machine

extension ObjectStoreError: CustomStringConvertible {
    /// One line without keys and secrets; of paths it has those of folders that take no writes.
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
        case .endlessListing(let pagesMax):
            "the store's listing does not end: its pages repeat, or there are more than \(pagesMax)"
        case .unwritable(let place, let obstacle): obstacle.sentence(of: place)
        case .rangeNotSatisfiable: "the range lies after the end of the object"
        case .outOfSpace: "the store has no space left"
        case .tooManyOpenFiles: "too many files are open on this machine"
        case .system(let operation, let code):
            "the system cannot \(operation.phrase): \(SystemErrorText.of(code)) (error \(code))"
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
        case .temporaryName:
            "names that start with \(LocalPath.temporaryPrefix) are kept for temporary files; choose "
                + "another name"
        case .reservedFolder:
            "folders named \(ArtifactLocation.reservedFolder) hold stored models and data; choose "
                + "another folder"
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

extension WriteObstacle {
    /// What is wrong with a folder, and the way on.
    fileprivate func sentence(of place: String) -> String {
        switch self {
        case .system(let code):
            "\(place) cannot be written to: \(SystemErrorText.of(code)); \(Self.advice(code))"
        case .noRoom(let free, let needed):
            "\(place) has \(free >> 20) MiB free, and at least \((needed - 1) >> 20 + 1) MiB are "
                + "needed: make room there, or choose a folder of another disk"
        case .notAFolder:
            "\(place) is a file or a symbolic link where a folder is needed; choose another folder"
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EROFS: "choose a folder of a disk that is mounted for writing"
        case ENOSPC, EDQUOT: "make room there, or choose a folder of another disk"
        case ENOENT: "make the folder, or choose another one"
        case EACCES, EPERM: "give this user the right to write there, or choose another folder"
        default: "see to the disk, or choose another folder"
        }
    }
}

extension FileOperation {
    fileprivate var phrase: String {
        switch self {
        case .open: "open a file"
        case .close: "close a file"
        case .read: "read a file"
        case .write: "write a file"
        case .sync: "save a file to the disk"
        case .rename: "rename a file"
        case .remove: "remove a file"
        case .makeFolder: "make a folder"
        case .status: "look at a file"
        case .lock: "lock a file"
        case .list: "list a folder"
        case .link: "link a file"
        case .map: "map a file"
        case .space: "say how much of a disk is free"
        }
    }
}
