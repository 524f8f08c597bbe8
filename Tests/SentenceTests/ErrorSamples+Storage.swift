// SPDX-License-Identifier: Apache-2.0

import ObjectStorage

/// Stores of objects.
extension ErrorSamples {
    static let storage: [ErrorSamples] = [
        ErrorSamples(
            "ObjectStoreError",
            // The system's own words stand for the number of the error.
            unsaid: ["13"],
            [
                "notFound": ObjectStoreError.notFound,
                "noSuchBucket": .noSuchBucket,
                "permissionDenied": .permissionDenied,
                "credentialsRefused": .credentialsRefused(.accessKey),
                "clockSkew": .clockSkew(seconds: 71),
                "preconditionFailed": .preconditionFailed,
                "notModified": .notModified,
                "invalidKey": .invalidKey(.empty),
                "invalidBucketName": .invalidBucketName,
                "notRegularFile": .notRegularFile,
                "tooLarge": .tooLarge(bytesMax: 71),
                "tooManyObjects": .tooManyObjects(countMax: 71),
                "endlessListing": .endlessListing(pagesMax: 71),
                "unwritable": .unwritable(place: "models", .system(code: 13)),
                "rangeNotSatisfiable": .rangeNotSatisfiable,
                "outOfSpace": .outOfSpace,
                "tooManyOpenFiles": .tooManyOpenFiles,
                "system": .system(operation: .makeFolder, code: 71),
                "corrupted": .corrupted(.checksum),
                "unavailable": .unavailable(.connect, retryAfter: nil),
                "deadlineExceeded": .deadlineExceeded,
                "noCredentials": .noCredentials(.noProvider),
                "wrongRegion": .wrongRegion(actual: "eu-west-1"),
                "wrongRegion": .wrongRegion(actual: nil),
                "redirected": .redirected(to: "https://elsewhere.example"),
                "refused": .refused(status: 471, code: "SlowDown"),
                "refused": .refused(status: 471, code: ""),
                "malformedAnswer": .malformedAnswer,
                "unusable": .unusable(.region("AWS_REGION")),
                "stopped": .stopped,
            ]
        ),
        ErrorSamples(
            "FileOperation",
            [
                "open": ObjectStoreError.system(operation: .open, code: 71),
                "close": .system(operation: .close, code: 71),
                "read": .system(operation: .read, code: 71),
                "write": .system(operation: .write, code: 71),
                "sync": .system(operation: .sync, code: 71),
                "rename": .system(operation: .rename, code: 71),
                "remove": .system(operation: .remove, code: 71),
                "makeFolder": .system(operation: .makeFolder, code: 71),
                "status": .system(operation: .status, code: 71),
                "lock": .system(operation: .lock, code: 71),
                "list": .system(operation: .list, code: 71),
                "link": .system(operation: .link, code: 71),
                "map": .system(operation: .map, code: 71),
                "space": .system(operation: .space, code: 71),
            ]
        ),
        ErrorSamples(
            "Corruption",
            [
                "size": ObjectStoreError.corrupted(.size(expected: 71, actual: 72)),
                "checksum": .corrupted(.checksum),
                "manifest": .corrupted(.manifest),
                "newerFormat": .corrupted(.newerFormat),
            ]
        ),
        ErrorSamples(
            "Unavailability",
            [
                "connect": ObjectStoreError.unavailable(.connect, retryAfter: nil),
                "resolve": .unavailable(.resolve, retryAfter: nil),
                "tls": .unavailable(.tls, retryAfter: nil),
                "stalled": .unavailable(.stalled, retryAfter: nil),
                "firstByte": .unavailable(.firstByte, retryAfter: nil),
                "interrupted": .unavailable(.interrupted, retryAfter: nil),
                "status": .unavailable(.status(571), retryAfter: nil),
                "proxyAway": .unavailable(.proxyAway, retryAfter: nil),
                "proxyRefused": .unavailable(.proxyRefused(status: 407), retryAfter: nil),
            ]
        ),
        ErrorSamples(
            "CredentialsFailure",
            [
                "noProvider": ObjectStoreError.noCredentials(.noProvider),
                "provider": .noCredentials(.provider(.profile)),
                "sharedFiles": .noCredentials(.sharedFiles(.noProfile("loan"))),
                "profile": .noCredentials(.profile("loan", .incompleteKeys)),
                "program": .noCredentials(.program("keys", profile: "loan", .malformed)),
                "expired": .noCredentials(.expired),
            ]
        ),
        ErrorSamples(
            "CredentialsProviderName",
            [
                "environment": ObjectStoreError.noCredentials(.provider(.environment)),
                "webIdentity": .noCredentials(.provider(.webIdentity)),
                "container": .noCredentials(.provider(.container)),
                "profile": .noCredentials(.provider(.profile)),
                "instance": .noCredentials(.provider(.instance)),
            ]
        ),
        ErrorSamples(
            "CredentialsRefusal",
            [
                "accessKey": ObjectStoreError.credentialsRefused(.accessKey),
                "signature": .credentialsRefused(.signature),
            ]
        ),
        ErrorSamples(
            "ProfileFault",
            [
                "unsupported": ObjectStoreError.noCredentials(
                    .profile("loan", .unsupported(setting: "sso_session"))
                ),
                "incompleteKeys": .noCredentials(.profile("loan", .incompleteKeys)),
                "incompleteIdentity": .noCredentials(.profile("loan", .incompleteIdentity)),
                "unreadableCommand": .noCredentials(.profile("loan", .unreadableCommand)),
            ]
        ),
        ErrorSamples(
            "ProgramFailure",
            [
                "notStarted": ObjectStoreError.noCredentials(
                    .program("keys", profile: "loan", .notStarted(2))
                ),
                "status": .noCredentials(.program("keys", profile: "loan", .status(71))),
                "timedOut": .noCredentials(.program("keys", profile: "loan", .timedOut)),
                "tooLong": .noCredentials(.program("keys", profile: "loan", .tooLong)),
                "malformed": .noCredentials(.program("keys", profile: "loan", .malformed)),
                "version": .noCredentials(.program("keys", profile: "loan", .version)),
            ]
        ),
        ErrorSamples(
            "SharedFilesError",
            [
                "tooLong": SharedFilesError.tooLong(.config, bytesMax: 71),
                "notText": .notText(.credentials),
                "line": .line(.config, 71),
                "noProfile": .noProfile("loan"),
                "noServices": .noServices("local"),
            ]
        ),
        ErrorSamples(
            "S3SettingsError",
            [
                "region": S3SettingsError.region("AWS_REGION"),
                "endpoint": .endpoint("AWS_ENDPOINT_URL"),
                "proxy": .proxy("HTTPS_PROXY"),
                "caBundle": .caBundle("AWS_CA_BUNDLE", path: "authority.pem"),
                "sharedFiles": .sharedFiles(.noProfile("loan")),
            ]
        ),
        ErrorSamples(
            "WriteObstacle",
            // The system's own words stand for the number of the error, MiB for bytes.
            unsaid: ["13", "71", "72"],
            [
                "system": ObjectStoreError.unwritable(place: "models", .system(code: 13)),
                "noRoom": .unwritable(place: "models", .noRoom(free: 71, needed: 72)),
                "notAFolder": .unwritable(place: "models", .notAFolder),
            ]
        ),
        ErrorSamples(
            "KeyViolation",
            [
                "empty": ObjectStoreError.invalidKey(.empty),
                "tooLong": .invalidKey(.tooLong(bytesMax: 71)),
                "component": .invalidKey(.component),
                "componentTooLong": .invalidKey(.componentTooLong(bytesMax: 71)),
                "nul": .invalidKey(.nul),
                "temporaryName": .invalidKey(.temporaryName),
                "reservedFolder": .invalidKey(.reservedFolder),
                "outsideRoot": .invalidKey(.outsideRoot),
            ]
        ),
    ]
}
