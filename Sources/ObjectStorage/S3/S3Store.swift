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
/// - Every body carries its SHA-256, unless the store refuses the header.
/// - Where stores differ from what S3 documents, `S3Traits` remembers what was learnt.
package final class S3Store: ObjectStore {
    let client: S3Client
    /// Nil where calls end after their ordinary attempts.
    private let patience: Patience?

    /// The store of one bucket. Nothing is sent yet.
    /// - Parameters:
    ///   - quota: shared by the stores of a process, so that an outage is met once.
    ///   - clock: time and chance.
    ///   - onRetry: called when an attempt is repeated.
    ///   - onWait: called when a store that is away is waited for, with the longest wait.
    ///   - onNote: called when the store is found to lack something.
    package init(
        bucket: BucketName,
        configuration: S3Configuration,
        credentials: any CredentialsSource,
        quota: RetryQuota = RetryQuota(),
        clock: StoreClock = .system,
        onRetry: @escaping @Sendable () -> Void = {},
        onWait: @escaping @Sendable (ObjectStoreError, Duration) -> Void = { _, _ in },
        onNote: @escaping @Sendable (StoreNote) -> Void = { _ in }
    ) {
        patience = nil
        client = S3Client(
            bucket: bucket,
            configuration: configuration,
            credentials: credentials,
            quota: quota,
            clock: clock,
            traits: S3Traits(onNote: onNote),
            onRetry: onRetry,
            onWait: onWait
        )
    }

    private init(_ client: S3Client, _ patience: Patience) {
        self.client = client
        self.patience = patience
    }

    package func waiting(since begun: ContinuousClock.Instant) -> any ObjectStore {
        S3Store(client, Patience(since: begun, onWait: client.onWait))
    }

    package func head(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> ObjectMetadata {
        do throws(ObjectStoreError) {
            return try metadata(of: perform(S3Call("HEAD", key), deadline: deadline))
        } catch .notFound where !client.traits.hasBucket {
            // The answer to HEAD has no body, so that it does not say what is missing. Only a
            // missing bucket is news: whatever else is wrong with this call, the object is not
            // there.
            var call = S3Call("GET", key)
            call.range = 0..<1
            do throws(ObjectStoreError) {
                _ = try perform(call, deadline: deadline)
            } catch .noSuchBucket {
                throw .noSuchBucket
            } catch {
                throw .notFound
            }
            throw .notFound
        }
    }

    package func delete(
        _ key: ObjectKey,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) {
        _ = try perform(S3Call("DELETE", key), deadline: deadline)
    }

    package func map(_ key: ObjectKey) throws(ObjectStoreError) -> MappedObject? {
        nil
    }

    /// Runs a single call.
    func perform(
        _ call: S3Call,
        deadline: ContinuousClock.Instant
    ) throws(ObjectStoreError) -> TransportResponse {
        try withEngine(deadline) { engine throws(ObjectStoreError) in
            let job = engine.add(call)
            return try engine.wait(for: job)
        }
    }

    /// Runs `body` with an engine over an idle or a new session.
    func withEngine<Value>(
        _ deadline: ContinuousClock.Instant,
        _ body: (inout S3Engine) throws(ObjectStoreError) -> Value
    ) throws(ObjectStoreError) -> Value {
        try client.withEngine(deadline, patience, body)
    }

    /// The metadata in the headers of an answer.
    /// - Throws: `malformedAnswer` without a tag or a size.
    func metadata(of answer: TransportResponse) throws(ObjectStoreError) -> ObjectMetadata {
        let size =
            ContentRange(answer)?.size ?? answer.headers["content-length"].flatMap { Int($0) }
        guard let etag = answer.etag, let size, size >= 0 else { throw .malformedAnswer }
        let modified = answer.headers["last-modified"].flatMap { UTCTime.parse(http: $0) }
        return ObjectMetadata(size: size, etag: etag, modified: Double(modified ?? 0))
    }
}

extension TransportResponse {
    /// Whether only a store that has the bucket answers so: with a success, or by saying that the
    /// bucket lacks the key. A proxy's 404 does not say which of the two is missing.
    var provesBucket: Bool {
        if (200..<300).contains(status) { return true }
        guard status == 404, let error = XMLElement.parse(body), error.name == "Error" else {
            return false
        }
        return error.text("Code") == "NoSuchKey"
    }

    /// The version that the answer is about; nil where it does not say.
    var etag: ETag? {
        guard let text = headers["etag"] else { return nil }
        let etag = ETag(text)
        return etag.value.isEmpty ? nil : etag
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
