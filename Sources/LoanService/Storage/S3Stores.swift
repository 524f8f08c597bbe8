// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage
internal import Synchronization

/// One store for each bucket that requests name. They share region, endpoint, credentials and the
/// quota of retries; requests choose none of these.
final class S3Stores: Sendable {
    private let configuration: S3Configuration
    private let credentials: CredentialsChain
    private let quota = RetryQuota()
    private let onRetry: @Sendable () -> Void
    private let stores = Mutex<[BucketName: S3Store]>([:])

    /// Buckets whose connections are kept.
    private static let countMax = 64

    /// - Parameters:
    ///   - environment: `AWS_REGION`, `AWS_ENDPOINT_URL_S3`, and what the credentials' providers
    ///     read.
    ///   - onRetry: called when an attempt is repeated.
    /// - Returns: nil for a malformed region or endpoint.
    init?(environment: [String: String], onRetry: @escaping @Sendable () -> Void) {
        guard let configuration = S3Configuration(environment: environment) else { return nil }
        self.configuration = configuration
        self.onRetry = onRetry
        credentials = CredentialsChain(
            environment: environment,
            region: configuration.region
        )
    }

    func store(_ bucket: BucketName) -> S3Store {
        stores.withLock { stores in
            if let known = stores[bucket] { return known }
            let store = S3Store(
                bucket: bucket,
                configuration: configuration,
                credentials: credentials,
                quota: quota,
                onRetry: onRetry
            )
            if stores.count >= Self.countMax { stores.removeAll() }
            stores[bucket] = store
            return store
        }
    }
}
