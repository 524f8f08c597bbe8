// SPDX-License-Identifier: Apache-2.0

internal import ObjectStorage
internal import Synchronization

/// One store for each bucket that requests name. They share region, endpoint, credentials and the
/// quota of retries; requests choose none of these.
final class S3Stores: Sendable {
    private struct Access: Sendable {
        let configuration: S3Configuration
        let credentials: CredentialsChain
    }

    /// What concerns the whole machine (a profile and what it says, a proxy, authorities) and
    /// cannot be used stops nothing but calls to S3: a server on its own disk does not need it.
    private let access: Result<Access, S3SettingsError>
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
    /// - Throws: the variable of S3 alone that cannot be used: its region, its endpoint.
    init(
        environment: [String: String],
        onNotice: @escaping @Sendable (StorageNotice) -> Void,
        onRetry: @escaping @Sendable () -> Void
    ) throws(S3SettingsError) {
        self.onNotice = onNotice
        self.onRetry = onRetry
        do throws(S3SettingsError) {
            let configuration = try S3Configuration(environment: environment)
            let credentials = CredentialsChain(
                environment: environment,
                region: configuration.region,
                network: configuration.network
            )
            access = .success(Access(configuration: configuration, credentials: credentials))
        } catch {
            switch error {
            case .region(let name), .endpoint(let name):
                // Others are settings of a profile.
                if name.hasPrefix("AWS_") { throw error }
                access = .failure(error)
            case .proxy, .caBundle, .sharedFiles: access = .failure(error)
            }
        }
    }

    /// Why no bucket can be reached; nil where nothing is known to be in the way.
    var obstacle: S3SettingsError? {
        if case .failure(let error) = access { error } else { nil }
    }

    /// - Throws: `unusable` with the setting that is in the way of every bucket.
    func store(_ bucket: BucketName) throws(ObjectStoreError) -> S3Store {
        let access: Access
        switch self.access {
        case .success(let found): access = found
        case .failure(let error): throw .unusable(error)
        }
        return stores.withLock { stores in
            if let known = stores[bucket] { return known }
            let store = makeStore(bucket, access)
            if stores.count >= Self.countMax { stores.removeAll() }
            stores[bucket] = store
            return store
        }
    }

    private func makeStore(_ bucket: BucketName, _ access: Access) -> S3Store {
        let onNotice = onNotice
        return S3Store(
            bucket: bucket,
            configuration: access.configuration,
            credentials: access.credentials,
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
