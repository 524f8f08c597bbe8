// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage
internal import Synchronization

/// One store for each bucket that requests name. They share region, endpoint, credentials and the
/// quota of retries; requests choose none of these.
final class S3Stores: Sendable {
    private let configuration: S3Configuration
    private let credentials: CredentialsChain
    private let quota = RetryQuota()
    private let onNotice: @Sendable (StorageNotice) -> Void
    private let onRetry: @Sendable () -> Void
    private let stores = Mutex<[BucketName: S3Store]>([:])

    /// Buckets whose connections are kept.
    private static let countMax = 64

    /// - Parameters:
    ///   - environment: what S3 is found by, and what the credentials' providers read.
    ///   - onNotice: called when a store is waited for, and when it is found to lack something.
    ///   - onRetry: called when an attempt is repeated.
    /// - Throws: the setting that cannot be used.
    init(
        environment: [String: String],
        onNotice: @escaping @Sendable (StorageNotice) -> Void,
        onRetry: @escaping @Sendable () -> Void
    ) throws(S3SettingsError) {
        configuration = try S3Configuration(environment: environment)
        self.onNotice = onNotice
        self.onRetry = onRetry
        credentials = CredentialsChain(
            environment: environment,
            region: configuration.region,
            network: configuration.network
        )
    }

    func store(_ bucket: BucketName) -> S3Store {
        stores.withLock { stores in
            if let known = stores[bucket] { return known }
            let store = makeStore(bucket)
            if stores.count >= Self.countMax { stores.removeAll() }
            stores[bucket] = store
            return store
        }
    }

    private func makeStore(_ bucket: BucketName) -> S3Store {
        let onNotice = onNotice
        return S3Store(
            bucket: bucket,
            configuration: configuration,
            credentials: credentials,
            quota: quota,
            onRetry: onRetry,
            onWait: { cause, waitMax in
                let cause = cause.description
                onNotice(.waiting(bucket: "\(bucket)", cause: cause, waitMax: waitMax))
            },
            onNote: { note in
                onNotice(.lacking(bucket: "\(bucket)", finding: note.description))
            }
        )
    }
}
