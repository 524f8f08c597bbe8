// SPDX-License-Identifier: Apache-2.0

/// Where and how a bucket is reached.
package struct S3Configuration: Sendable {
    /// How objects are encrypted where they lie.
    package enum Encryption: Sendable, Hashable {
        /// As the bucket's default says.
        case bucketDefault
        /// With keys of S3 (SSE-S3).
        case s3
        /// With a key of KMS; nil for the account's own.
        case kms(keyID: String?)
    }

    /// The region to sign for.
    package var region = "us-east-1"
    /// `https://host[:port]` of a compatible store; nil for AWS.
    package var endpoint: S3Endpoint?
    /// Whether the bucket stands in the path instead of the host's name.
    package var usesPathStyle = false
    /// The encryption asked for with every write.
    package var encryption = Encryption.bucketDefault
    /// Objects above this size are written in parts; bytes.
    package var multipartThreshold = 64 * 1_024 * 1_024
    /// The size of parts, of writes and of reads; bytes. Grows for objects above 10,000 parts.
    /// Two of the default and the program itself stay below 40 MB.
    package var partBytes = 7 * 1_024 * 1_024
    /// Parts in flight; with `partBytes` the memory of a transfer.
    package var partsInFlight = 2
    /// When and how often calls are repeated.
    package var retries = RetryPolicy()
    /// Time limits of connections.
    package var limits = TransportLimits()
    /// Proxies and authorities.
    package var network = NetworkSettings()

    /// The defaults.
    package init() {}

    /// A region becomes part of a host's name and of the signature's scope.
    static func isRegion(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    return true
                default:
                    return false
                }
            }
    }
}
