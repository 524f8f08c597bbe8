// SPDX-License-Identifier: Apache-2.0

/// Objects in a bucket of S3 or of a compatible store.
///
/// - Requests are signed here and sent by libcurl over kept connections; redirects are errors.
/// - Reads are made of ranged requests of one version, a few at a time, delivered in order; an
///   interrupted one goes on where it stopped.
/// - Writes above `multipartThreshold`, and those of unknown length above a part, go in parts that
///   are aborted on failure. No more than `partsInFlight` parts are in memory.
/// - Every write carries a random mark, so that a repeated conditional write whose first answer
///   was lost is recognized as the own one.
package final class S3Store: ObjectStore {
    let client: S3Client

    /// The store of one bucket. Nothing is sent yet.
    /// - Parameters:
    ///   - quota: shared by the stores of a process, so that an outage is met once.
    ///   - clock: time and chance.
    ///   - onRetry: called when an attempt is repeated.
    package init(
        bucket: BucketName,
        configuration: S3Configuration,
        credentials: any CredentialsSource,
        quota: RetryQuota = RetryQuota(),
        clock: StoreClock = .system,
        onRetry: @escaping @Sendable () -> Void = {}
    ) {
        client = S3Client(
            bucket: bucket,
            configuration: configuration,
            credentials: credentials,
            quota: quota,
            clock: clock,
            onRetry: onRetry
        )
    }

    package func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        try metadata(of: client.perform(S3Call("HEAD", key), deadline: deadline))
    }

    package func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        _ = try client.perform(S3Call("DELETE", key), deadline: deadline)
    }

    package func copy(
        _ source: ObjectKey,
        to target: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        var call = S3Call("PUT", target)
        let path = PercentEncoding.encode(source.name, keepsSlash: true)
        call.headers = [("x-amz-copy-source", "/\(client.bucket)/\(path)")]
        call.headers += client.configuration.encryption.headers
        call.firstByteMax = .seconds(60)
        _ = try client.perform(call, deadline: deadline)
    }

    package func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject? {
        nil
    }

    /// The metadata that the headers of an answer tell.
    /// - Throws: `malformedAnswer` without a tag or a size.
    func metadata(of answer: HTTPAnswer) throws(ObjectStoreError) -> ObjectMetadata {
        let size =
            ContentRange(answer)?.size ?? answer.headers["content-length"].flatMap { Int($0) }
        guard let etag = answer.headers["etag"], let size, size >= 0 else {
            throw .malformedAnswer
        }
        let modified = answer.headers["last-modified"].flatMap { UTCTime.parse(http: $0) }
        return ObjectMetadata(size: size, etag: ETag(etag), modified: Double(modified ?? 0))
    }
}

extension S3Configuration.Encryption {
    /// The headers that ask for the encryption.
    var headers: [(name: String, value: String)] {
        let name = "x-amz-server-side-encryption"
        switch self {
        case .bucketDefault: return []
        case .s3: return [(name, "AES256")]
        case .kms(nil): return [(name, "aws:kms")]
        case .kms(let keyID?):
            return [(name, "aws:kms"), ("\(name)-aws-kms-key-id", keyID)]
        }
    }
}
