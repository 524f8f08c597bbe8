// SPDX-License-Identifier: Apache-2.0

import ObjectStorage

/// Stores of objects.
extension ErrorSamples {
    static let storage: [ErrorSamples] = [
        ErrorSamples(
            "ObjectStoreError",
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
            ]
        ),
        ErrorSamples(
            "CredentialsFailure",
            [
                "noProvider": ObjectStoreError.noCredentials(.noProvider),
                "provider": .noCredentials(.provider(.profile)),
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
            "KeyViolation",
            [
                "empty": ObjectStoreError.invalidKey(.empty),
                "tooLong": .invalidKey(.tooLong(bytesMax: 71)),
                "component": .invalidKey(.component),
                "componentTooLong": .invalidKey(.componentTooLong(bytesMax: 71)),
                "nul": .invalidKey(.nul),
                "reserved": .invalidKey(.reserved),
                "outsideRoot": .invalidKey(.outsideRoot),
            ]
        ),
    ]
}
